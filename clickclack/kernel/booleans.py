"""The words for true and false on command lines, in variables and in files (contract chat 7.4)."""

TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})

-- A deleted workspace is out of reach at once; its rows go piece by piece.
ALTER TABLE workspaces ADD COLUMN deleted_at INTEGER;

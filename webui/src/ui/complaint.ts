/** What is wrong with a field, in our own words and not those of the browser. */

export interface Checked {
  validity: Pick<ValidityState, 'valueMissing' | 'tooShort' | 'typeMismatch' | 'patternMismatch' | 'badInput' | 'rangeUnderflow' | 'rangeOverflow' | 'stepMismatch'>;
  type: string;
  minLength: number;
  /** The bounds of a number. */
  min: string;
  max: string;
  value: string;
}

/** `form` is what a field with a pattern must look like. */
export function complaintOf(field: Checked, label: string, form = ''): string {
  const { validity, value } = field;
  if (validity.badInput || validity.rangeUnderflow || validity.rangeOverflow || validity.stepMismatch) return `A whole number from ${field.min} to ${field.max}.`;
  if (validity.valueMissing) return `${label} is needed.`;
  if (validity.tooShort) return `At least ${field.minLength} characters; ${field.minLength - [...value].length} more to go.`;
  if (validity.typeMismatch) return field.type === 'email' ? 'An e-mail address looks like name@example.org.' : 'This is no address of the web.';
  if (validity.patternMismatch && form) return form;
  return 'This cannot be used here.';
}

/** What is wrong with a field, in our own words and not those of the browser. */

export interface Checked {
  validity: Pick<ValidityState, 'valueMissing' | 'tooShort' | 'typeMismatch' | 'patternMismatch'>;
  type: string;
  minLength: number;
  value: string;
}

/** `form` is what a field with a pattern must look like. */
export function complaintOf(field: Checked, label: string, form = ''): string {
  const { validity, value } = field;
  if (validity.valueMissing) return `${label} is needed.`;
  if (validity.tooShort) return `At least ${field.minLength} characters; ${field.minLength - [...value].length} more to go.`;
  if (validity.typeMismatch) return field.type === 'email' ? 'An e-mail address looks like name@example.org.' : 'This is no address of the web.';
  if (validity.patternMismatch && form) return form;
  return 'This cannot be used here.';
}

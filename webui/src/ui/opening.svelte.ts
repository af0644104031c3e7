/** A form that opens in place of the button that asks for it: the focus goes along, and comes back when the form closes. */
export class Opening {
  open = $state(false);
  #back = false;

  readonly show = (): void => {
    this.open = true;
  };

  readonly close = (): void => {
    this.#back = this.open;
    this.open = false;
  };

  /** An attachment of the form, or of what it stands in. */
  readonly form = (element: Element): void => {
    element.querySelector<HTMLElement>('input, select, textarea')?.focus();
  };

  /** An attachment of the button. */
  readonly button = (element: HTMLElement): void => {
    if (this.#back) element.focus();
    this.#back = false;
  };
}

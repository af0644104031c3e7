import type { Attachment } from 'svelte/attachments';

/** Tells whether the focus is inside. When it leaves by a press, that is told once the press has become a click: what is pressed must not move under the pointer. */
export function wakeful(tell: (awake: boolean) => void): Attachment<HTMLElement> {
  return (element) => {
    let pressed = false;
    let leaving = false;
    const settle = (): void => void setTimeout(() => tell(element.contains(document.activeElement)));
    const press = (): void => void (pressed = true);
    const release = (): void => {
      pressed = false;
      if (leaving) settle();
      leaving = false;
    };
    const enter = (): void => tell(true);
    const leave = (): void => {
      if (pressed) leaving = true;
      else settle();
    };
    element.addEventListener('focusin', enter);
    element.addEventListener('focusout', leave);
    addEventListener('pointerdown', press, true);
    addEventListener('pointerup', release, true);
    addEventListener('pointercancel', release, true);
    return () => {
      element.removeEventListener('focusin', enter);
      element.removeEventListener('focusout', leave);
      removeEventListener('pointerdown', press, true);
      removeEventListener('pointerup', release, true);
      removeEventListener('pointercancel', release, true);
    };
  };
}

/** Gives code blocks their header: what it is, and a button that copies it. */

import { copied } from '../ui/copying';

const COPIED_FOR = 2000;

function button(code: string): HTMLButtonElement {
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.className = 'copy';
  copy.textContent = 'Copy';
  copy.setAttribute('aria-label', 'Copy code');
  copy.addEventListener('click', () => {
    void copied(code).then((well) => {
      copy.textContent = well ? 'Copied' : 'Not allowed';
      setTimeout(() => (copy.textContent = 'Copy'), COPIED_FOR);
    });
  });
  return copy;
}

/** `info` is what follows the fence: a language, a file name, or both (`python till/tax.py`). */
export function parseInfo(info: string): { language: string; file: string } {
  const [first = '', second = ''] = info.split(/\s+/, 2);
  if (first.includes('.') || first.includes('/')) return { language: first.split('.').at(-1) ?? '', file: first };
  return { language: first.toLowerCase(), file: second };
}

export function furnish(root: ParentNode): void {
  for (const figure of root.querySelectorAll<HTMLElement>('figure.code')) {
    const code = figure.querySelector('code');
    const text = code?.textContent ?? '';
    const { language, file } = parseInfo(figure.dataset.lang ?? '');
    figure.querySelector('pre')?.setAttribute('tabindex', '0');
    const header = document.createElement('figcaption');
    const title = document.createElement('span');
    title.textContent = file;
    const lang = document.createElement('span');
    lang.textContent = language;
    header.append(title, lang, button(text));
    figure.prepend(header);
    figure.classList.toggle('named', Boolean(file));
    if (language && code) void colour(code, text, language, lang);
  }
}

async function colour(code: Element, text: string, language: string, label: Element): Promise<void> {
  try {
    const { highlight, nameOf } = await import('./highlight');
    const nodes = highlight(text, language);
    if (nodes) code.replaceChildren(nodes);
    label.textContent = nameOf(language);
  } catch {
    // Plain text is readable, too.
  }
}

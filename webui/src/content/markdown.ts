/** Message text to safe nodes: Markdown without raw HTML, links that open elsewhere, no picture from anywhere. */
import DOMPurify from 'dompurify';
import { Marked, type TokenizerAndRendererExtension, type Tokens } from 'marked';
import { marksIn } from './unmarked';

/** What signs in a text stand for; null for what there is not, or is not to be seen. Both are asked in lower case. */
export interface Known {
  person: (handle: string) => { id: string; name: string; me: boolean } | null;
  channel: (name: string) => { name: string; href: string; follow: (event: MouseEvent) => void } | null;
}

const SAFE = {
  ALLOWED_TAGS: 'a b blockquote br code del em figure figcaption h4 hr i input li ol p pre s span strong table tbody td th thead tr ul'.split(' '),
  ALLOWED_ATTR: ['href', 'class', 'data-handle', 'data-channel', 'data-lang', 'start', 'type', 'checked', 'disabled', 'align'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
  ADD_URI_SAFE_ATTR: ['class', 'data-handle', 'data-channel', 'data-lang', 'start', 'type', 'checked', 'disabled', 'align'],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
} as const;

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** For pages that know nobody. */
export const UNKNOWN: Known = { person: () => null, channel: () => null };

/** A word that begins with a sign and follows nothing that it would be part of; it is looked up once the rest is safe. */
function signed(name: string, word: RegExp, part: RegExp): TokenizerAndRendererExtension {
  return {
    name,
    level: 'inline',
    start: (source) => source.search(/(?<![\w@-])[@#]/),
    tokenizer(source, before) {
      const found = part.test(before.at(-1)?.raw.slice(-2) ?? '') ? null : word.exec(source);
      return found ? { type: name, raw: found[0], word: found[1] } : undefined;
    },
    renderer: (token) => `<span class="at" data-${name}="${escape(String(token.word).toLowerCase())}">${escape(token.raw)}</span>`,
  };
}

const marked = new Marked({
  gfm: true,
  breaks: true,
  extensions: [signed('handle', /^@([A-Za-z0-9_-]+)/, /[\w@-]$/), signed('channel', /^#([\p{L}\p{M}\p{N}_]+(?:-+[\p{L}\p{M}\p{N}_]+)*)(?![\p{L}\p{M}\p{N}_@#/])/u, /[\p{L}\p{M}\p{N}_@#&/-]$/u)],
  renderer: {
    html: (token: Tokens.HTML | Tokens.Tag) => escape(token.text),
    heading({ tokens }: Tokens.Heading) {
      return `<h4>${this.parser.parseInline(tokens)}</h4>`;
    },
    image: ({ href, text }: Tokens.Image) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
    code: ({ text, lang }: Tokens.Code) => `<figure class="code" data-lang="${escape((lang ?? '').trim())}"><pre><code>${escape(text)}</code></pre></figure>`,
  },
});

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (!(node instanceof HTMLAnchorElement) || !node.hasAttribute('href')) return;
  node.target = '_blank';
  node.rel = 'noopener noreferrer nofollow';
  node.classList.add('link');
});

/** The nodes of a message. Mentions of nobody stay plain text, mine are marked; channels that one sees are links. */
export function render(body: string, known: Known): DocumentFragment {
  const html = marked.parse(body, { async: false });
  const fragment = DOMPurify.sanitize(html, SAFE as unknown as { RETURN_DOM_FRAGMENT: true });
  for (const block of fragment.children) {
    if (block.tagName !== 'FIGURE') block.setAttribute('dir', 'auto'); // the direction of its first letter; code has none
  }
  for (const chip of fragment.querySelectorAll<HTMLElement>('[data-handle]')) {
    const found = known.person(chip.dataset.handle ?? '');
    if (!found) chip.replaceWith(chip.textContent ?? '');
    else {
      chip.title = found.name;
      chip.dataset.person = found.id;
      chip.setAttribute('role', 'button');
      chip.setAttribute('aria-haspopup', 'dialog');
      chip.tabIndex = 0;
      if (found.me) chip.classList.add('me');
    }
  }
  for (const sign of fragment.querySelectorAll<HTMLElement>('[data-channel]')) {
    const found = sign.closest('a') ? null : known.channel(sign.dataset.channel ?? '');
    if (!found) sign.replaceWith(sign.textContent ?? '');
    else {
      const link = Object.assign(document.createElement('a'), { className: 'at', href: found.href, textContent: `#${found.name}` });
      link.addEventListener('click', found.follow);
      sign.replaceWith(link);
    }
  }
  for (const box of fragment.querySelectorAll('input')) {
    if (box.type !== 'checkbox') box.remove();
    else {
      box.disabled = true;
      box.setAttribute('aria-label', box.checked ? 'Done' : 'Open');
    }
  }
  for (const table of fragment.querySelectorAll('table')) {
    const frame = document.createElement('div');
    frame.className = 'wide';
    frame.tabIndex = 0;
    frame.setAttribute('role', 'region');
    frame.setAttribute('aria-label', 'Table');
    table.replaceWith(frame);
    frame.append(table);
  }
  return fragment;
}

/** In so many characters of a message the marks are looked for; quotes show less. */
const UNMARKED = 4000;

/** One line of plain text, for quotes and for screen readers. */
export function plain(body: string): string {
  const start = body.slice(0, UNMARKED);
  const marks = marksIn(start, []).sort(([a], [b]) => a - b);
  let at = 0;
  let text = '';
  for (const [from, to] of marks) {
    text += start.slice(at, from);
    at = Math.max(at, to);
  }
  return (text + body.slice(at)).replace(/\s+/g, ' ').trim();
}

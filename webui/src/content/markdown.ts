/** Message text to safe nodes: Markdown without raw HTML, links that open elsewhere, no picture from anywhere. */
import DOMPurify from 'dompurify';
import { Marked, type TokenizerAndRendererExtension, type Tokens } from 'marked';
import { marksIn } from './unmarked';

/** What a handle stands for, or null when nobody has it. */
export type Lookup = (handle: string) => { id: string; name: string; me: boolean } | null;

const SAFE = {
  ALLOWED_TAGS: 'a b blockquote br code del em figure figcaption h4 hr i input li ol p pre s span strong table tbody td th thead tr ul'.split(' '),
  ALLOWED_ATTR: ['href', 'class', 'data-handle', 'data-lang', 'start', 'type', 'checked', 'disabled', 'align'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
  ADD_URI_SAFE_ATTR: ['class', 'data-handle', 'data-lang', 'start', 'type', 'checked', 'disabled', 'align'],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
} as const;

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const mention: TokenizerAndRendererExtension = {
  name: 'mention',
  level: 'inline',
  start: (source) => source.search(/(?<![\w@-])@[\w-]/),
  tokenizer(source) {
    const found = /^@([A-Za-z0-9_-]+)/.exec(source);
    return found ? { type: 'mention', raw: found[0], handle: found[1] } : undefined;
  },
  renderer: (token) => `<span class="at" data-handle="${escape(String(token.handle))}">${escape(token.raw)}</span>`,
};

const marked = new Marked({
  gfm: true,
  breaks: true,
  extensions: [mention],
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

/** The nodes of a message. Mentions of nobody stay plain text; mine are marked. */
export function render(body: string, lookup: Lookup): DocumentFragment {
  const html = marked.parse(body, { async: false });
  const fragment = DOMPurify.sanitize(html, SAFE as unknown as { RETURN_DOM_FRAGMENT: true });
  for (const block of fragment.children) {
    if (block.tagName !== 'FIGURE') block.setAttribute('dir', 'auto'); // the direction of its first letter; code has none
  }
  for (const chip of fragment.querySelectorAll<HTMLElement>('[data-handle]')) {
    const found = lookup((chip.dataset.handle ?? '').toLowerCase());
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

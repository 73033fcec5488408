// Reads what a scripted browser needs of a page: its text, its forms and where it forwards to.
// Knows no page of the server: labels, fields and buttons are found as a person would find them.

const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);
const RAW = new Set(['script', 'style', 'textarea', 'title']);
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function unescape(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number.parseInt(decimal, 10));
    return ENTITIES[name.toLowerCase()] ?? whole;
  });
}

function attributes(source) {
  const found = {};
  const pattern = /([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
  for (const [, name, double, single, bare] of source.matchAll(pattern)) {
    found[name.toLowerCase()] ??= unescape(double ?? single ?? bare ?? '');
  }
  return found;
}

// The page as a tree of { tag, attributes, children } and strings.
function parse(html) {
  const root = { tag: '#root', attributes: {}, children: [] };
  const open = [root];
  const token = /<!--[\s\S]*?-->|<![^>]*>|<\/([a-z][\w-]*)\s*>|<([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>|[^<]+|</gi;
  for (let match = token.exec(html); match; match = token.exec(html)) {
    const [whole, closing, opening, rest] = match;
    const here = open.at(-1);
    if (closing) {
      const at = open.findLastIndex((element) => element.tag === closing.toLowerCase());
      if (at > 0) open.length = at;
    } else if (opening) {
      const tag = opening.toLowerCase();
      const element = { tag, attributes: attributes(rest), children: [] };
      if (tag === 'option' && here.tag === 'option') open.pop();
      open.at(-1).children.push(element);
      if (RAW.has(tag)) {
        const rawEnd = html.slice(token.lastIndex).search(new RegExp(`</${tag}\\s*>`, 'i'));
        const end = rawEnd < 0 ? html.length : token.lastIndex + rawEnd;
        element.children.push(unescape(html.slice(token.lastIndex, end)));
        token.lastIndex = end;
        open.push(element);
      } else if (!VOID.has(tag)) {
        open.push(element);
      }
    } else if (!whole.startsWith('<!')) {
      here.children.push(unescape(whole));
    }
  }
  return root;
}

function* within(element) {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    yield child;
    yield* within(child);
  }
}

function textOf(element) {
  const parts = [];
  const walk = (node) => {
    if (typeof node === 'string') parts.push(node);
    else if (node.tag !== 'script' && node.tag !== 'style') node.children.forEach(walk);
  };
  walk(element);
  return parts.join(' ').replace(/\s+/g, ' ').trim();
}

function fieldsOf(form, page) {
  const labels = new Map();
  for (const label of [...within(page)].filter((element) => element.tag === 'label')) {
    const inner = [...within(label)].find((element) => 'name' in element.attributes);
    if (label.attributes.for) labels.set(label.attributes.for, textOf(label));
    else if (inner) labels.set(inner, textOf(label));
  }
  const labelOf = (element) => labels.get(element) ?? labels.get(element.attributes.id) ?? '';
  const fields = [];
  for (const element of within(form)) {
    const { name, type = 'text', value } = element.attributes;
    if ('disabled' in element.attributes) continue;
    if (element.tag === 'select') {
      const options = [...within(element)]
        .filter((child) => child.tag === 'option')
        .map((option) => ({
          value: option.attributes.value ?? textOf(option),
          label: textOf(option),
          selected: 'selected' in option.attributes,
        }));
      fields.push({ kind: 'select', name, label: labelOf(element), options });
    } else if (element.tag === 'textarea') {
      fields.push({ kind: 'text', name, label: labelOf(element), value: textOf(element) });
    } else if (element.tag === 'button' && !['button', 'reset'].includes(element.attributes.type)) {
      fields.push({ kind: 'button', name, label: textOf(element), value: value ?? '' });
    } else if (element.tag === 'input' && ['submit', 'image'].includes(type)) {
      fields.push({ kind: 'button', name, label: value ?? 'Submit', value: value ?? 'Submit' });
    } else if (element.tag === 'input' && ['radio', 'checkbox'].includes(type)) {
      const checked = 'checked' in element.attributes;
      fields.push({ kind: type, name, label: labelOf(element), value: value ?? 'on', checked });
    } else if (element.tag === 'input' && !['button', 'reset', 'file'].includes(type)) {
      fields.push({ kind: type === 'hidden' ? 'hidden' : 'text', name, label: labelOf(element), value: value ?? '' });
    }
  }
  return fields;
}

/**
 * @param {string} html
 * @returns {{ title: string, text: string, refresh: string | undefined, links: { href: string, label: string }[],
 *   forms: { action: string, method: string, fields: object[] }[] }}
 */
export function readPage(html) {
  const root = parse(html);
  const elements = [...within(root)];
  const title = elements.find((element) => element.tag === 'title');
  const body = elements.find((element) => element.tag === 'body') ?? root;
  const refresh = elements.find(
    ({ tag, attributes: found }) => tag === 'meta' && /^refresh$/i.test(found['http-equiv'] ?? ''),
  );
  return {
    title: title ? textOf(title) : '',
    text: textOf(body),
    refresh: refresh?.attributes.content?.match(/url\s*=\s*['"]?([^'"]+)/i)?.[1]?.trim(),
    links: elements
      .filter(({ tag, attributes: found }) => tag === 'a' && found.href)
      .map((link) => ({ href: link.attributes.href, label: textOf(link) })),
    forms: elements
      .filter(({ tag }) => tag === 'form')
      .map((form) => ({
        action: form.attributes.action ?? '',
        method: (form.attributes.method ?? 'get').toUpperCase(),
        fields: fieldsOf(form, root),
      })),
  };
}

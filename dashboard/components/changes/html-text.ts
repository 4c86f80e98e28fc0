const tag = /<\/?[a-z][a-z0-9-]*(\s[^<>]*)?\/?>/i;
const blocks = 'address|article|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|td|th|tr|ul';
const block = new RegExp(`<\\/?(${blocks})(\\s[^<>]*)?\\/?>`, 'gi');
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

export const isHtml = (text: string): boolean => tag.test(text);

/** What a reader of the page sees: blocks as lines, other tags gone. For reading only; it never becomes HTML again. */
export function htmlToText(html: string): string {
    return html
        .replace(/<!--[\s\S]*?-->/g, '')
        .replace(/\s+/g, ' ')
        .replace(/<li(\s[^<>]*)?>/gi, '\n• ')
        .replace(block, '\n')
        .replace(new RegExp(tag, 'gi'), '')
        .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, decoded)
        .replace(/[ \t]*\n[ \t]*/g, '\n')
        .replace(/\n{2,}/g, '\n')
        .trim();
}

function decoded(entity: string, name: string): string {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? entity;
    const isHex = /^#x/i.test(name);
    const code = parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
}

/** Name for a downloaded file: from Content-Disposition, else the end of the path. Never holds a path. */
export function fileNameOf(url: URL, contentDisposition: string | undefined): string {
    const fromHeader = contentDisposition === undefined ? undefined : dispositionName(contentDisposition);
    const name = fromHeader ?? decoded(url.pathname.split('/').at(-1) ?? '');
    const safe = [...(name.split(/[\\/]/).at(-1) ?? '')]
        .filter(char => char >= ' ' && char !== '\x7f')
        .join('')
        .replace(/^\.+/, '')
        .trim();
    return safe === '' ? 'download' : safe;
}

/** RFC 6266: `filename*` wins over `filename`. */
function dispositionName(header: string): string | undefined {
    const extended = /filename\*\s*=\s*([\w-]+)'[^']*'([^;\s]+)/i.exec(header);
    if (extended) {
        const [, charset = '', value = ''] = extended;
        if (charset.toLowerCase() === 'utf-8') return decoded(value);
    }
    const quoted = /filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header);
    if (quoted) return quoted[1]!.replace(/\\(.)/g, '$1');
    return /filename\s*=\s*([^;\s"]+)/i.exec(header)?.[1];
}

function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

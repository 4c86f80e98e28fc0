import { useDisplayLocale } from '@vendure/dashboard';
import { formatBytes } from '../format/bytes';

/** Such as "1.4 MB", as the language of the dashboard writes it. */
export function FileSize({ bytes }: Readonly<{ bytes: number }>) {
    const { bcp47Tag } = useDisplayLocale();
    return <span className="tabular-nums">{formatBytes(bytes, bcp47Tag)}</span>;
}

import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { seededRandom } from '../catalog/random';

const BRANDS = ['Acme', 'Müller & Söhne', 'Nordlicht', "O'Neill", 'Škoda', 'Kaisa', 'Tanaka'];
const THINGS = ['Laptop', 'Trail Shoe', 'Kettle', 'Desk Lamp', 'Screw M6', 'Backpack', 'Monitor Arm', 'Tea Pot'];
const WORDS = ['light', 'robust', 'for every day', 'made of steel', 'washable', 'with a lid', 'two years', 'blue'];
const CHUNK_BYTES = 1 << 20;

/**
 * A supplier's list of articles, the same for the same number of rows: ten columns, some cells padded with blanks, about
 * every fifth row with quotes because of a delimiter, a quote or a line break, one in 50 000 with a price that is none.
 */
export async function articlesCsv(folder: string, rows: number): Promise<string> {
    const path = join(folder, `articles-${rows}.csv`);
    if (existsSync(path)) return path;
    mkdirSync(folder, { recursive: true });
    const out = createWriteStream(`${path}.partial`);
    let text = 'sku,Title,description,brand,price,stock,ean,taxCategory,weight,updatedAt\n';
    const random = seededRandom(rows);
    for (let n = 0; n < rows; n++) {
        text += article(n, random);
        if (text.length < CHUNK_BYTES && n < rows - 1) continue;
        if (!out.write(text)) await once(out, 'drain');
        text = '';
    }
    out.end();
    await once(out, 'finish');
    renameSync(`${path}.partial`, path);
    return path;
}

function article(n: number, random: () => number): string {
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
    const price = n % 50_000 === 49_999 ? 'on demand' : (random() * 500).toFixed(2);
    const kind = random();
    const description =
        kind < 0.12
            ? `"${pick(WORDS)}, ${pick(WORDS)}, ${pick(WORDS)}"`
            : kind < 0.17
              ? `"${pick(WORDS)} 15"" ${pick(WORDS)}"`
              : kind < 0.2
                ? `"${pick(WORDS)}\n${pick(WORDS)}"`
                : `${pick(WORDS)} and ${pick(WORDS)}`;
    const cells = [
        `A-${String(n).padStart(8, '0')}`,
        `${random() < 0.1 ? ' ' : ''}${pick(THINGS)} ${n % 1_000}`,
        description,
        pick(BRANDS),
        price,
        Math.max(0, Math.floor(random() * 120 - 20)),
        String(4_000_000_000_000 + n),
        random() < 0.3 ? '' : 'reduced',
        (random() * 30).toFixed(3),
        `2025-0${1 + (n % 9)}-1${n % 10}T08:00:00Z`,
    ];
    return `${cells.join(',')}\n`;
}

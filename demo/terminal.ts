/** One line that is rewritten on a terminal and printed now and then elsewhere. */
export class StatusLine {
    private printedAt = 0;
    private width = 0;

    show(text: string): void {
        if (process.stdout.isTTY) {
            process.stdout.write(`\r${text.padEnd(this.width)}`);
            this.width = text.length;
        } else if (Date.now() - this.printedAt > 1_000) {
            this.printedAt = Date.now();
            console.log(text);
        }
    }

    end(text: string): void {
        if (process.stdout.isTTY) process.stdout.write(`\r${text.padEnd(this.width)}\n`);
        else console.log(text);
        this.width = 0;
    }
}

/** Columns as wide as their widest cell; numbers to the right. */
export function printTable(header: string[], rows: (string | number)[][]): void {
    const cells = rows.map(row => row.map(cell => (typeof cell === 'number' ? formatNumber(cell) : cell)));
    const widths = header.map((title, column) => Math.max(title.length, ...cells.map(row => row[column]!.length)));
    const isNumeric = header.map((_, column) => rows.every(row => typeof row[column] === 'number'));
    const line = (row: string[]): string =>
        row
            .map((cell, column) => (isNumeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
            .join('  ');
    console.log(`\n  ${line(header)}`);
    console.log(`  ${widths.map(width => '─'.repeat(width)).join('  ')}`);
    for (const row of cells) console.log(`  ${line(row)}`);
    console.log('');
}

export const formatNumber = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 });

export function formatDuration(ms: number): string {
    if (ms < 1_000) return `${Math.round(ms)} ms`;
    const seconds = ms / 1_000;
    return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

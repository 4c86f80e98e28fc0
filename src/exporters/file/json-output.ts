import type { OutputFormat } from './output-format';

export const ndjsonOutput: OutputFormat = {
    batch(records, memory, out) {
        for (const { data } of records) {
            out.add(JSON.stringify(data));
            out.add('\n');
        }
        return { records: (memory?.records ?? 0) + records.length };
    },
    end: () => undefined,
};

/** One record per line within the list, so that the file can be looked at and compared. */
export const jsonOutput: OutputFormat = {
    batch(records, memory, out) {
        let written = memory?.records ?? 0;
        for (const { data } of records) {
            out.add(written++ === 0 ? '[\n' : ',\n');
            out.add(JSON.stringify(data));
        }
        return { records: written };
    },
    end: (memory, out) => out.add(memory?.records ? '\n]\n' : '[]\n'),
};

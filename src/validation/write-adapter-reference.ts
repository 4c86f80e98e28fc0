import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { adapterReference } from './adapter-reference';
import { builtInRegistry } from './built-in-registry';

export const ADAPTER_REFERENCE_FILE = join(__dirname, '..', '..', 'docs', 'adapters.md');

export function adapterReferenceText(): string {
    return adapterReference(builtInRegistry());
}

if (require.main === module) {
    writeFileSync(ADAPTER_REFERENCE_FILE, adapterReferenceText());
    process.stdout.write(`${relative(process.cwd(), ADAPTER_REFERENCE_FILE)} is written.\n`);
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { builtInRegistry } from './built-in-registry';
import { definitionJsonSchema } from './definition-json-schema';

export const SCHEMA_FILE = join(__dirname, '..', '..', 'docs', 'schema', 'pipeline.schema.json');

export function schemaText(): string {
    return `${JSON.stringify(definitionJsonSchema(builtInRegistry()), null, 2)}\n`;
}

if (require.main === module) {
    mkdirSync(dirname(SCHEMA_FILE), { recursive: true });
    writeFileSync(SCHEMA_FILE, schemaText());
    process.stdout.write(`${relative(process.cwd(), SCHEMA_FILE)} is written.\n`);
}

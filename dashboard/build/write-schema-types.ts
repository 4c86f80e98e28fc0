import { generateOutput } from '@gql.tada/cli-utils';
import { filterSchema, pruneSchema } from '@graphql-tools/utils';
import { GraphQLTypesLoader } from '@nestjs/graphql';
import {
    getConfig,
    getFinalVendureSchema,
    resetConfig,
    runPluginConfigurations,
    setConfig,
    VENDURE_ADMIN_API_TYPE_PATHS,
    type VendureConfig,
} from '@vendure/core';
import { buildSchema, printSchema, type GraphQLSchema } from 'graphql';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '../../demo/vendure-config';
import { DataHubPlugin } from '../../src';

const output = join(__dirname, '..', 'gql', 'schema-types.d.ts');

/** Writes nothing and fails when what is there is not what would be written. */
const checkOnly = process.argv.includes('--check');

/** Writes the types of what this plugin adds to the Admin API, and of what hangs on that; the rest would be 500 kB more. */
async function main(): Promise<void> {
    const others = await adminApi({ ...config, plugins: config.plugins?.filter(plugin => plugin !== DataHubPlugin) });
    const all = await adminApi(config);
    const own = pruneSchema(
        filterSchema({
            schema: all,
            rootFieldFilter: (operation, field) => !rootFields(others, operation).has(field),
        }),
    );
    const folder = mkdtempSync(join(tmpdir(), 'schema-types-'));
    try {
        writeFileSync(join(folder, 'schema.graphql'), printSchema(own));
        const plugins = [{ name: 'gql.tada/ts-plugin', schema: './schema.graphql' }];
        writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { plugins } }));
        const written = checkOnly ? join(folder, 'schema-types.d.ts') : output;
        await generateOutput({ output: written, tsconfig: join(folder, 'tsconfig.json') });
        if (readFileSync(written, 'utf8') !== readFileSync(output, 'utf8'))
            throw new Error('The types of the schema are old: run "npm run dashboard:types".');
    } finally {
        rmSync(folder, { recursive: true });
    }
}

async function adminApi(shop: VendureConfig): Promise<GraphQLSchema> {
    resetConfig();
    await setConfig(shop);
    const sdl = await getFinalVendureSchema({
        config: await runPluginConfigurations(getConfig()),
        typePaths: VENDURE_ADMIN_API_TYPE_PATHS,
        typesLoader: new GraphQLTypesLoader(),
        apiType: 'admin',
        output: 'sdl',
    });
    return buildSchema(sdl);
}

function rootFields(schema: GraphQLSchema, operation: string): Set<string> {
    const root = operation === 'Mutation' ? schema.getMutationType() : schema.getQueryType();
    return new Set(Object.keys(root?.getFields() ?? {}));
}

main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
});

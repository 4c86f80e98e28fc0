import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { GraphQLTypesLoader } from '@nestjs/graphql';
import {
    defaultConfig,
    getFinalVendureSchema,
    mergeConfig,
    RuntimeVendureConfig,
    VENDURE_ADMIN_API_TYPE_PATHS,
} from '@vendure/core';
import { buildSchema, GraphQLSchema, parse, validate } from 'graphql';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { Adapter, AdapterRegistry } from './adapters/adapter-registry';
import { facetRecord, facetValueRecord } from './catalog/facet/facet-record';
import { orderRecord } from './catalog/order/order-record';
import { customerRecord } from './catalog/customer/customer-record';
import { assetRecord } from './catalog/assets/asset-record';
import { collectionRecord } from './catalog/collection/collection-record';
import { productRecord, singleVariantRecord } from './catalog/product/product-record';
import { RecordCheck } from './catalog/product/record-check';
import { stockAdjustmentRecord, stockLevelRecord, variantPriceRecord } from './catalog/variant-update/variant-update';
import { DataHubPlugin } from './data-hub.plugin';
import { dataHubPermissions } from './services/permissions';
import { resolveOptions } from './services/data-hub-options';
import { definitionSchema, STEP_TYPES, throughputSchema } from './sdk/definition/definition';
import { retryPerRecordSchema, toleranceSchema } from './sdk/definition/error-handling';
import { gateStepSchema } from './sdk/definition/gate-step';
import { guardsSchema } from './sdk/definition/guards';
import { HOOK_STAGES } from './sdk/definition/hooks';
import { routeStepSchema } from './sdk/definition/route-step';
import { declarationFaults, fieldFaults, runOperator, secretFaults } from './testing';
import { builtInRegistry } from './validation/built-in-registry';
import { Problem } from './validation/problem';
import { validateDefinition } from './validation/validate-definition';

const root = resolve(__dirname, '..');
const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'dashboard/README.md',
    ...readdirSync(join(root, 'docs'))
        .filter(name => name.endsWith('.md'))
        .map(name => `docs/${name}`),
];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

interface Sample {
    page: string;
    line: number;
    /** What stands after the opening fence, such as `ts` or `json product`. */
    kind: string;
    text: string;
}

const samples = pages.flatMap(samplesOf);
const ofKind = (...kinds: string[]) => samples.filter(({ kind }) => kinds.includes(kind));
const placeOf = ({ page, line }: Sample): string => `${page}:${line}`;

describe('samples of the documentation', () => {
    const written = writtenSamples();

    it('compile', () => {
        expect(written.length).toBeGreaterThan(10);
        expect(compileErrors(written)).toEqual([]);
    }, 240_000);

    it('build pipelines that can run and adapters that keep what they declare', async () => {
        const faults: string[] = [];
        for (const { sample, file } of written) {
            const needsMore = sample.text.includes('/testing') || sample.text.includes('DataHubPlugin');
            if (!sample.text.includes('@vendure/data-hub/sdk') || needsMore) continue;
            const values = Object.values((await import(/* @vite-ignore */ file)) as Record<string, unknown>);
            expect(values.length, placeOf(sample)).toBeGreaterThan(0);
            for (const value of values) {
                const found = isAdapter(value) ? await adapterFaults(value) : pipelineFaults(value);
                faults.push(...found.map(fault => `${placeOf(sample)}: ${fault}`));
            }
        }
        expect(faults).toEqual([]);
    });

    it('in JSON can be read, and those that are definitions can run', () => {
        const definitions = ofKind('json pipeline');
        expect(definitions.length).toBeGreaterThan(0);
        const faults = definitions.flatMap(sample =>
            errorsOf(validateDefinition(JSON.parse(sample.text), builtInRegistry()).problems).map(
                fault => `${placeOf(sample)}: ${fault}`,
            ),
        );
        expect(faults).toEqual([]);
        for (const sample of ofKind('json')) expect(() => void JSON.parse(sample.text), placeOf(sample)).not.toThrow();
    });

    it('of records are what the loaders take', () => {
        const checks = {
            'json order': new RecordCheck(orderRecord, 'order'),
            'json product': new RecordCheck(productRecord, 'product'),
            'json productVariant': new RecordCheck(singleVariantRecord, 'variant'),
            'json facet': new RecordCheck(facetRecord, 'facet'),
            'json facetValue': new RecordCheck(facetValueRecord, 'facet value'),
            'json variantPrice': new RecordCheck(variantPriceRecord, 'variant price'),
            'json stockLevel': new RecordCheck(stockLevelRecord, 'stock level'),
            'json stockAdjustment': new RecordCheck(stockAdjustmentRecord, 'stock adjustment'),
            'json customer': new RecordCheck(customerRecord, 'customer'),
            'json collection': new RecordCheck(collectionRecord, 'collection'),
            'json asset': new RecordCheck(assetRecord, 'asset'),
        };
        expect(ofKind(...Object.keys(checks)).length).toBeGreaterThan(0);
        for (const [kind, check] of Object.entries(checks)) {
            for (const sample of ofKind(kind)) {
                const record = JSON.parse(sample.text) as Parameters<RecordCheck['problemOf']>[0];
                expect(check.problemOf(record)?.message, placeOf(sample)).toBeUndefined();
            }
        }
    });

    it('in GraphQL fit the schema of the server', async () => {
        const schema = await adminSchema();
        const faults = ofKind('graphql').flatMap(sample =>
            validate(schema, parse(sample.text)).map(({ message }) => `${placeOf(sample)}: ${message}`),
        );
        expect(faults).toEqual([]);
    });

    it('name scripts that exist', () => {
        const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
        const named = pages.flatMap(page => [...textOf(page).matchAll(/npm run ([\w:-]+)/g)].map(match => match[1]!));
        expect(named.filter(name => !(name in scripts))).toEqual([]);
    });
});

describe('the documentation', () => {
    it('links to files and headings that exist', () => {
        const broken = pages.flatMap(page =>
            [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
                .map(match => match[1]!)
                .filter(target => !/^https?:/.test(target) && !targetExists(page, target))
                .map(target => `${page}: ${target}`),
        );
        expect(broken).toEqual([]);
    });

    it('names every query, mutation, permission and option', async () => {
        const schema = await adminSchema();
        const fields = [schema.getQueryType(), schema.getMutationType()]
            .flatMap(type => Object.keys(type?.getFields() ?? {}))
            .filter(name => /data_?hub|Gate$/i.test(name));
        expect(fields.length).toBeGreaterThan(25);
        expect(fields.filter(name => !textOf('docs/admin-api.md').includes(`\`${name}\``))).toEqual([]);

        const permissions = dataHubPermissions.flatMap(each => each.getMetadata()).map(({ name }) => name);
        const told = textOf('README.md') + textOf('docs/admin-api.md');
        expect(permissions.filter(name => !told.includes(`\`${name}\``))).toEqual([]);

        const options = Object.entries(resolveOptions({})).flatMap(([name, value]) =>
            Array.isArray(value) ? [name] : Object.keys(value as object).map(inner => `${name}.${inner}`),
        );
        expect(options.filter(name => !textOf('README.md').includes(`\`${name}\``))).toEqual([]);
    });

    it('names every field of a definition', () => {
        const words = definitionWords();
        expect(words.length).toBeGreaterThan(100);
        // As it stands in running text and tables, alone or behind what it belongs to.
        const isNamed = (word: string): boolean =>
            new RegExp(`\`([\\w[\\].]+\\.)?${word.replace('$', '\\$')}\``).test(textOf('docs/pipelines.md'));
        expect([...new Set(words)].filter(word => !isNamed(word))).toEqual([]);
    });

    it('names every field of a record', () => {
        const missing = (page: string, ...records: { shape: object }[]) => {
            const fields = records.flatMap(({ shape }) => Object.keys(shape));
            return fields.filter(name => !textOf(page).includes(`\`${name}\``));
        };
        const products = [productRecord, singleVariantRecord, facetRecord, facetValueRecord];
        expect(missing('docs/loading-products.md', ...products)).toEqual([]);
        const updates = [variantPriceRecord, stockLevelRecord, stockAdjustmentRecord];
        expect(missing('docs/loading-stock-and-prices.md', ...updates)).toEqual([]);
        const { shape } = customerRecord;
        expect(missing('docs/loading-customers.md', { shape }, shape.addresses.unwrap().element)).toEqual([]);
    });
});

/** Names of all fields that a definition may hold, settings of adapters and parts of conditions left out. */
function definitionWords(): string[] {
    const { steps, edges, context, hooks } = definitionSchema.shape;
    const { parallelExecution, errorHandling } = context.unwrap().shape;
    const inner = [throughputSchema, parallelExecution.unwrap(), errorHandling.unwrap(), retryPerRecordSchema];
    const settings = [gateStepSchema, routeStepSchema, guardsSchema, toleranceSchema];
    const shapes = [definitionSchema, steps.element, edges.unwrap().element, context.unwrap(), ...inner, ...settings];
    const actions = hooks
        .unwrap()
        .element.options.flatMap(({ shape }) => [...Object.keys(shape), ...shape.action.values]);
    return [...shapes.flatMap(({ shape }) => Object.keys(shape)), ...actions, ...HOOK_STAGES, ...STEP_TYPES];
}

function samplesOf(page: string): Sample[] {
    const text = textOf(page);
    return [...text.matchAll(/^```(\w[\w ]*)\n([\s\S]*?)^```$/gm)].map(match => ({
        page,
        line: text.slice(0, match.index).split('\n').length,
        kind: match[1]!,
        text: match[2]!,
    }));
}

/** Samples in TypeScript as files of this repository: the package's names stand for its sources. */
function writtenSamples(): { sample: Sample; file: string }[] {
    const folder = join(root, '.test-data', 'documentation');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'pipelines'), { recursive: true });
    // What samples of a shop's config import from beside them.
    const neighbour = `export declare const catalog: import('../../../src/dsl').BuiltPipeline;\n`;
    writeFileSync(join(folder, 'pipelines', 'catalog.d.ts'), neighbour);
    return ofKind('ts').map((sample, i) => {
        const file = join(folder, `sample-${i}.ts`);
        writeFileSync(file, withSources(sample.text));
        return { sample, file };
    });
}

function withSources(text: string): string {
    return text
        .replaceAll(`'@vendure/data-hub/sdk'`, `'../../src/public-sdk'`)
        .replaceAll(`'@vendure/data-hub/testing'`, `'../../src/testing'`)
        .replaceAll(`'@vendure/data-hub'`, `'../../src'`);
}

function compileErrors(written: readonly { sample: Sample; file: string }[]): string[] {
    const read = ts.readConfigFile(join(root, 'tsconfig.json'), path => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
    const program = ts.createProgram(
        written.map(({ file }) => file),
        { ...options, noEmit: true },
    );
    return written.flatMap(({ sample, file }) => {
        const source = program.getSourceFile(file);
        const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
        return diagnostics.map(
            ({ messageText }) => `${placeOf(sample)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
        );
    });
}

function isAdapter(value: unknown): value is Adapter {
    return typeof value === 'object' && value !== null && 'schema' in value && 'examples' in value;
}

async function adapterFaults(adapter: Adapter): Promise<string[]> {
    new AdapterRegistry().register(adapter);
    const faults = [...declarationFaults(adapter), ...fieldFaults(adapter), ...secretFaults(adapter)];
    if (adapter.type !== 'OPERATOR') return faults;
    for (const { title, config, given, then, rejected = 0 } of adapter.examples) {
        const run = await runOperator(adapter, config, given);
        expect(run.kept, title).toEqual(then);
        expect(run.rejected, title).toHaveLength(rejected);
    }
    return faults;
}

function pipelineFaults(value: unknown): string[] {
    return errorsOf(validateDefinition((value as { definition: unknown }).definition, builtInRegistry()).problems);
}

/** Codes that begin with `our` are those of the reader's own adapters. */
function errorsOf(problems: readonly Problem[]): string[] {
    return problems
        .filter(({ message }) => !/with the code "our\w+"/.test(message))
        .map(({ path, message }) => `${path} ${message}`);
}

let cachedSchema: Promise<GraphQLSchema> | undefined;

/** As Vendure builds it for a server with this plugin. */
function adminSchema(): Promise<GraphQLSchema> {
    return (cachedSchema ??= readAdminSchema());
}

async function readAdminSchema(): Promise<GraphQLSchema> {
    const sdl = await getFinalVendureSchema({
        config: mergeConfig<RuntimeVendureConfig>(defaultConfig, { plugins: [DataHubPlugin] }),
        typePaths: VENDURE_ADMIN_API_TYPE_PATHS,
        typesLoader: new GraphQLTypesLoader(),
        apiType: 'admin',
        output: 'sdl',
    });
    return buildSchema(sdl);
}

function targetExists(page: string, target: string): boolean {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? join(root, page) : resolve(root, dirname(page), path);
    if (!existsSync(file)) return false;
    return anchor === undefined || anchorsOf(relative(root, file)).has(anchor);
}

function anchorsOf(page: string): Set<string> {
    const headings = [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(match => match[1]!);
    return new Set(
        headings.map(heading =>
            heading
                .toLowerCase()
                .replace(/[^\w\s-]/g, '')
                .trim()
                .replace(/\s/g, '-'),
        ),
    );
}

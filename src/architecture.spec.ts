import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which rooms a room may import. Arrows point down only; a room that is not listed here does not exist. */
const MAY_IMPORT: Record<string, string[]> = {
    shared: [],
    sdk: ['shared'],
    entities: ['sdk', 'shared'],
    resilience: ['sdk', 'shared'],
    outbound: ['resilience', 'sdk', 'shared'],
    files: ['sdk', 'shared'],
    adapters: ['sdk', 'shared'],
    parsers: ['sdk', 'shared'],
    operators: ['sdk', 'shared'],
    runtime: ['adapters', 'operators', 'resilience', 'sdk', 'shared'],
    spool: ['runtime', 'sdk', 'shared'],
    whole: ['runtime', 'operators', 'sdk', 'shared'],
    hooks: ['runtime', 'operators', 'outbound', 'resilience', 'sdk', 'shared'],
    catalog: ['runtime', 'entities', 'outbound', 'sdk', 'shared'],
    extractors: ['parsers', 'sdk', 'shared'],
    exporters: ['sdk', 'shared'],
    databases: ['catalog', 'outbound', 'sdk', 'shared'],
    loaders: ['catalog', 'outbound', 'sdk', 'shared'],
    mappers: ['sdk', 'shared'],
    validation: ['adapters', 'operators', 'extractors', 'loaders', 'exporters', 'sdk', 'shared'],
    dsl: ['operators', 'extractors', 'loaders', 'exporters', 'sdk', 'shared'],
    testing: ['runtime', 'whole', 'adapters', 'operators', 'extractors', 'loaders', 'validation', 'sdk', 'shared'],
    locks: ['sdk', 'shared'],
    services: [
        'catalog',
        'databases',
        'spool',
        'whole',
        'locks',
        'hooks',
        'runtime',
        'adapters',
        'operators',
        'extractors',
        'parsers',
        'loaders',
        'mappers',
        'validation',
        'entities',
        'outbound',
        'resilience',
        'files',
        'sdk',
        'shared',
    ],
    jobs: ['services', 'entities', 'sdk', 'shared'],
    api: ['services', 'validation', 'entities', 'adapters', 'sdk', 'shared'],
};

/** Rooms that must run without the frameworks; sdk/doors.ts names Vendure's RequestContext as a type only. */
const FRAMEWORK_FREE = [
    'shared',
    'sdk',
    'adapters',
    'parsers',
    'operators',
    'mappers',
    'runtime',
    'spool',
    'whole',
    'hooks',
    'extractors',
    'exporters',
    'files',
    'outbound',
    'resilience',
    'testing',
];
const FRAMEWORKS = /^(@vendure\/|@nestjs\/|typeorm$|typeorm\/)/;
const TYPE_ONLY_FRAMEWORK_FILES = ['src/sdk/doors.ts'];

/** Importing them anywhere else but from the shop's dashboard would bring a second React or a second router. */
const PROVIDED_BY_THE_DASHBOARD = [
    '@lingui/core',
    '@lingui/react',
    '@tanstack/react-query',
    '@tanstack/react-router',
    '@vendure/dashboard',
    'gql.tada',
    'lucide-react',
    'react',
    'recharts',
    'sonner',
    // Where the Admin API is, and what its headers are called.
    'virtual:vendure-ui-config',
];

const root = resolve(__dirname, '..');
const files = [...walk(join(root, 'src')), ...walk(join(root, 'shared'))];
const dashboardFiles = walk(join(root, 'dashboard')).filter(
    file => !file.includes('/dashboard/build/') && !file.endsWith('.d.ts'),
);

describe('architecture', () => {
    it('knows every room', () => {
        const rooms = new Set(files.map(roomOf).filter(room => room !== 'plugin'));
        expect([...rooms].filter(room => !(room in MAY_IMPORT))).toEqual([]);
    });

    it('lets imports point down only', () => {
        const wrong: string[] = [];
        for (const file of files.filter(f => !f.endsWith('.spec.ts'))) {
            const room = roomOf(file);
            if (room === 'plugin') continue;
            for (const { specifier } of importsOf(file)) {
                if (!specifier.startsWith('.')) continue;
                const target = roomOf(resolve(dirname(file), specifier));
                if (target !== room && !MAY_IMPORT[room]?.includes(target)) {
                    wrong.push(`${relative(root, file)} imports ${target} (${specifier})`);
                }
            }
        }
        expect(wrong).toEqual([]);
    });

    it('keeps the engine and its neighbours free of Vendure, NestJS and TypeORM', () => {
        const wrong: string[] = [];
        for (const file of files.filter(f => !f.endsWith('.spec.ts') && FRAMEWORK_FREE.includes(roomOf(f)))) {
            const name = relative(root, file);
            for (const { specifier, typeOnly } of importsOf(file)) {
                if (!FRAMEWORKS.test(specifier)) continue;
                if (typeOnly && TYPE_ONLY_FRAMEWORK_FILES.includes(name)) continue;
                wrong.push(`${name} imports ${specifier}`);
            }
        }
        expect(wrong).toEqual([]);
    });

    it('builds the dashboard from what a shop has: Vendure’s dashboard and our own dependencies', () => {
        const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
        const allowed = new Set([...PROVIDED_BY_THE_DASHBOARD, ...Object.keys(own.dependencies)]);
        const wrong: string[] = [];
        for (const file of dashboardFiles.filter(f => !/\.spec\.tsx?$/.test(f))) {
            for (const { specifier, typeOnly } of importsOf(file)) {
                const target = specifier.startsWith('.')
                    ? relative(root, resolve(dirname(file), specifier))
                    : undefined;
                const isAllowed = target
                    ? target.startsWith('dashboard/') ||
                      (target.startsWith('shared/') && (typeOnly || isSource(target)))
                    : allowed.has(packageOf(specifier));
                if (!isAllowed) wrong.push(`${relative(root, file)} imports ${specifier}`);
            }
        }
        expect(wrong).toEqual([]);
    });

    it('has no file over 500 lines', () => {
        // Pipelines of known kinds of files are data. As JSON they would be missing where Vendure's dashboard compiles a config.
        const isData = (file: string) => /\/file-styles\/[a-z]+-catalog\.ts$/.test(file);
        const written = [...files, ...dashboardFiles].filter(file => !isData(file));
        expect(
            written.filter(f => readFileSync(f, 'utf8').split('\n').length > 500).map(f => relative(root, f)),
        ).toEqual([]);
    });
});

/** Named with its ending, because what the server runs lies beside it in the package; see copy-sources.ts. */
function isSource(target: string): boolean {
    return target.endsWith('.ts') && importsOf(join(root, target)).length === 0;
}

/** `src/data-hub.plugin.ts` and other files directly in src/ are the composition root: the room `plugin`. */
function roomOf(path: string): string {
    const parts = relative(root, path).split('/');
    if (parts[0] === 'shared') return 'shared';
    return parts.length > 2 || (!/\.\w+$/.test(parts[1] ?? '') && isDirectory(join(root, 'src', parts[1] ?? '')))
        ? (parts[1] as string)
        : 'plugin';
}

function importsOf(file: string): { specifier: string; typeOnly: boolean }[] {
    const text = readFileSync(file, 'utf8');
    const found: { specifier: string; typeOnly: boolean }[] = [];
    for (const match of text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'/gm)) {
        found.push({ specifier: match[2]!, typeOnly: match[1] !== undefined });
    }
    for (const match of text.matchAll(/^import\s+'([^']+)'|(?:import|require)\('([^']+)'\)/gm)) {
        found.push({ specifier: (match[1] ?? match[2])!, typeOnly: false });
    }
    return found;
}

/** `@lingui/react` of `@lingui/react/macro`. */
const packageOf = (specifier: string): string =>
    specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

function walk(directory: string): string[] {
    return readdirSync(directory).flatMap(name => {
        const path = join(directory, name);
        if (isDirectory(path)) return walk(path);
        return /\.tsx?$/.test(name) ? [path] : [];
    });
}

function isDirectory(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

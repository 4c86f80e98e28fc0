import path from 'node:path';
import { z } from 'zod';
import type { PipelineDefinitionInput } from '../sdk/definition/definition';
import { UserError } from '../sdk/errors';
import type { ExtractorAdapter } from '../sdk/extractor';
import type { LoaderAdapter } from '../sdk/loader';
import type { OperatorAdapter } from '../sdk/operator';

/** A pipeline that lives in code: created and updated at start, read-only in the dashboard. */
export interface CodeFirstPipeline {
    code: string;
    name: string;
    definition: PipelineDefinitionInput;
}

export interface CodeFirstSecret {
    code: string;
    /** `ENV`: `value` names an environment variable, read when the secret is used. `INLINE`: `value` is the secret itself. */
    provider: 'ENV' | 'INLINE';
    value: string;
}

export interface CodeFirstConnection {
    code: string;
    type: string;
    /** Plain settings; a secret stands in them as the code of a secret, never as its value. */
    config: Record<string, unknown>;
}

export type CustomAdapter = ExtractorAdapter | OperatorAdapter | LoaderAdapter;

export interface DataHubOptions {
    pipelines?: CodeFirstPipeline[];
    secrets?: CodeFirstSecret[];
    connections?: CodeFirstConnection[];
    /** Own extractors, operators and loaders, made with `defineExtractor`, `defineOperator` and `defineLoader`. */
    adapters?: readonly CustomAdapter[];
    files?: {
        /** The only directory that pipelines may read files from. Default: `data-hub/files` in the working directory. */
        rootDir?: string;
        /** Where uploads are kept; all workers must see it. Default: `data-hub/uploads` in the working directory. */
        uploadsDir?: string;
        /** Largest accepted upload. Default: 2 GiB. */
        maxUploadBytes?: number;
    };
    outbound?: {
        /**
         * Hosts (`host` or `host:port`) of your own network that pipelines may reach. None by default, because whoever
         * may edit pipelines could otherwise probe it.
         */
        allowPrivateHosts?: readonly string[];
    };
    distributedLock?: {
        /** How long a run stays with a worker that no longer answers. Default: 30 000. */
        defaultTtlMs?: number;
    };
}

export interface ResolvedDataHubOptions {
    pipelines: CodeFirstPipeline[];
    secrets: CodeFirstSecret[];
    connections: CodeFirstConnection[];
    adapters: CustomAdapter[];
    files: { rootDir: string; uploadsDir: string; maxUploadBytes: number };
    outbound: { allowPrivateHosts: string[] };
    distributedLock: { defaultTtlMs: number };
}

/** Injection token of {@link ResolvedDataHubOptions}. */
export const DATA_HUB_OPTIONS = Symbol('DATA_HUB_OPTIONS');

export const loggerCtx = 'DataHubPlugin';

/** Checks and completes what `DataHubPlugin.init()` was given; names every problem at once. */
export function resolveOptions(given: DataHubOptions): ResolvedDataHubOptions {
    const parsed = optionsSchema.safeParse(given);
    const problems = parsed.success ? duplicateCodes(parsed.data) : parsed.error.issues.map(sentenceOf);
    if (!parsed.success || problems.length > 0) {
        throw new UserError(
            'invalid-plugin-options',
            `DataHubPlugin.init() was given options that cannot be used: ${problems.join(' ')}`,
            'Correct the options in your Vendure config and start again.',
        );
    }
    const { files, ...rest } = parsed.data;
    return {
        ...rest,
        adapters: rest.adapters as unknown as CustomAdapter[],
        pipelines: rest.pipelines as CodeFirstPipeline[],
        files: {
            rootDir: path.resolve(files.rootDir),
            uploadsDir: path.resolve(files.uploadsDir),
            maxUploadBytes: files.maxUploadBytes,
        },
    };
}

const code = z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'a code holds letters, digits, hyphens and underscores only')
    .max(100);

const optionsSchema = z.strictObject({
    // What a definition holds is checked against the registry at start, not here: adapters may still be missing.
    pipelines: z
        .array(
            z.strictObject({ code, name: z.string().min(1).max(190), definition: z.record(z.string(), z.unknown()) }),
        )
        .default([]),
    secrets: z
        .array(z.strictObject({ code, provider: z.enum(['ENV', 'INLINE']), value: z.string().min(1) }))
        .default([]),
    connections: z
        .array(z.strictObject({ code, type: z.string().min(1).max(100), config: z.record(z.string(), z.unknown()) }))
        .default([]),
    adapters: z
        .array(z.looseObject({ type: z.enum(['EXTRACTOR', 'OPERATOR', 'LOADER']), code: z.string().min(1) }))
        .default([]),
    files: z
        .strictObject({
            rootDir: z.string().min(1).default('data-hub/files'),
            uploadsDir: z.string().min(1).default('data-hub/uploads'),
            maxUploadBytes: z
                .int()
                .min(1)
                .default(2 * 1024 ** 3),
        })
        .prefault({}),
    outbound: z.strictObject({ allowPrivateHosts: z.array(z.string().min(1)).default([]) }).prefault({}),
    distributedLock: z.strictObject({ defaultTtlMs: z.int().min(1_000).max(3_600_000).default(30_000) }).prefault({}),
});

type ParsedOptions = z.output<typeof optionsSchema>;

function duplicateCodes(options: ParsedOptions): string[] {
    return (['pipelines', 'secrets', 'connections'] as const).flatMap(area => {
        const codes = options[area].map(item => item.code);
        const twice = codes.filter((value, index) => codes.indexOf(value) !== index);
        return twice.map(value => `${area}: the code "${value}" is used twice.`);
    });
}

/** The value itself is never repeated: it may be a secret. */
function sentenceOf(issue: z.core.$ZodIssue): string {
    const where = issue.path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
    return `${where.replace(/^\./, '') || 'options'}: ${issue.message}.`;
}

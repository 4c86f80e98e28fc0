import path from 'node:path';
import { z } from 'zod';
import { LOG_LEVELS, type LogLevel } from '../../shared/run';
import type { RedisSettings } from '../locks/connect-redis';
import type { PipelineDefinitionInput } from '../sdk/definition/definition';
import { UserError } from '../sdk/errors';
import type { ExporterAdapter } from '../sdk/exporter';
import type { ExtractorAdapter } from '../sdk/extractor';
import type { LoaderAdapter } from '../sdk/loader';
import type { OperatorAdapter } from '../sdk/operator';
import type { HookScript } from './hooks/hook-script';
import {
    type ResolvedSpoolOptions,
    type ResolvedWholeOptions,
    type SpoolOptions,
    spoolOptionsSchema,
    type WholeOptions,
    wholeOptionsSchema,
} from './spool/spool-options';

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

export type CustomAdapter = ExtractorAdapter | OperatorAdapter | LoaderAdapter | ExporterAdapter;

export interface DataHubOptions {
    pipelines?: CodeFirstPipeline[];
    secrets?: CodeFirstSecret[];
    connections?: CodeFirstConnection[];
    /** Own adapters, made with `defineExtractor`, `defineOperator`, `defineLoader` and `defineExporter`. */
    adapters?: readonly CustomAdapter[];
    /** Functions that hooks call by name, see docs/hooks.md. */
    scripts?: Record<string, HookScript>;
    logs?: {
        /** Lines of runs below this level are not stored. Default: `DEBUG`, and all are. */
        minLevel?: LogLevel;
    };
    files?: {
        /** The only directory that pipelines may read files from. Default: `data-hub/files` in the working directory. */
        rootDir?: string;
        /** Where uploads are kept; all workers must see it. Default: `data-hub/uploads` in the working directory. */
        uploadsDir?: string;
        /** Largest accepted upload. Default: 2 GiB. */
        maxUploadBytes?: number;
        /** The only directory that pipelines may write files to; all workers must see it. Default: `data-hub/exports` in the working directory. */
        outputDir?: string;
    };
    outbound?: {
        /**
         * Hosts (`host` or `host:port`) of your own network that pipelines may reach. None by default, because whoever
         * may edit pipelines could otherwise probe it.
         */
        allowPrivateHosts?: readonly string[];
    };
    notifications?: NotificationOptions;
    spool?: SpoolOptions;
    whole?: WholeOptions;
    /** How it is decided which worker executes a run. All workers need the same. */
    distributedLock?: {
        /**
         * `database` (default): rows of the shop's database. `redis`: keys of a Redis server. `postgres`: advisory locks, freed
         * at once when a worker dies. `memory`: for exactly one worker process.
         */
        backend?: 'database' | 'redis' | 'postgres' | 'memory';
        /** Needed by the backend `redis`, for which the package `ioredis` must be installed. */
        redis?: {
            host: string;
            /** Default: 6379. */
            port?: number;
            password?: string;
            db?: number;
            /** Before every key; two shops on one Redis need different ones. Default: `data-hub:`. */
            keyPrefix?: string;
            /** Default: false. */
            tls?: boolean;
        };
        /** How long a run stays with a worker that no longer answers. Default: 30 000. */
        defaultTtlMs?: number;
        /** How long a worker waits for a run that another one still holds, before it leaves it alone. Default: 5 000. */
        waitTimeoutMs?: number;
    };
}

/** How people are told that records wait at a gate. */
export interface NotificationOptions {
    /** Code of the secret that signs webhook requests. Default: they are not signed. */
    webhookSecretCode?: string;
    /** The mail server. Default: none, and no e-mail is sent. */
    email?: {
        from: string;
        /** As nodemailer takes it for SMTP: `port`, `secure`, `requireTLS`, `tls` … */
        transport: {
            host: string;
            /** The password stands in a secret. */
            auth?: { user: string; passwordSecretCode: string };
            [setting: string]: unknown;
        };
    };
}

export interface ResolvedDataHubOptions {
    pipelines: CodeFirstPipeline[];
    secrets: CodeFirstSecret[];
    connections: CodeFirstConnection[];
    adapters: CustomAdapter[];
    scripts: Record<string, HookScript>;
    logs: { minLevel: LogLevel };
    files: { rootDir: string; uploadsDir: string; maxUploadBytes: number; outputDir: string };
    outbound: { allowPrivateHosts: string[] };
    notifications: NotificationOptions;
    spool: ResolvedSpoolOptions;
    whole: ResolvedWholeOptions;
    distributedLock: LockOptions;
}

export type LockOptions = { defaultTtlMs: number; waitTimeoutMs: number } & (
    { backend: 'database' | 'postgres' | 'memory' } | { backend: 'redis'; redis: RedisSettings }
);

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
        // Checked above: Redis stands there exactly when it is the backend.
        distributedLock: rest.distributedLock as LockOptions,
        files: {
            rootDir: path.resolve(files.rootDir),
            uploadsDir: path.resolve(files.uploadsDir),
            maxUploadBytes: files.maxUploadBytes,
            outputDir: path.resolve(files.outputDir),
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
        .array(
            z.looseObject({ type: z.enum(['EXTRACTOR', 'OPERATOR', 'LOADER', 'EXPORTER']), code: z.string().min(1) }),
        )
        .default([]),
    scripts: z
        .record(
            z.string().min(1),
            z.custom<HookScript>(value => typeof value === 'function', 'a script must be a function'),
        )
        .default({}),
    logs: z.strictObject({ minLevel: z.enum(LOG_LEVELS).default('DEBUG') }).prefault({}),
    files: z
        .strictObject({
            rootDir: z.string().min(1).default('data-hub/files'),
            uploadsDir: z.string().min(1).default('data-hub/uploads'),
            maxUploadBytes: z
                .int()
                .min(1)
                .default(2 * 1024 ** 3),
            outputDir: z.string().min(1).default('data-hub/exports'),
        })
        .prefault({}),
    outbound: z.strictObject({ allowPrivateHosts: z.array(z.string().min(1)).default([]) }).prefault({}),
    notifications: z
        .strictObject({
            webhookSecretCode: code.optional(),
            email: z
                .strictObject({
                    from: z.string().min(1),
                    transport: z.looseObject({
                        host: z.string().min(1),
                        auth: z.strictObject({ user: z.string().min(1), passwordSecretCode: code }).optional(),
                    }),
                })
                .optional(),
        })
        .prefault({}),
    spool: spoolOptionsSchema,
    whole: wholeOptionsSchema,
    distributedLock: z
        .strictObject({
            backend: z.enum(['database', 'redis', 'postgres', 'memory']).default('database'),
            redis: z
                .strictObject({
                    host: z.string().min(1),
                    port: z.int().min(1).max(65_535).default(6379),
                    password: z.string().optional(),
                    db: z.int().min(0).optional(),
                    keyPrefix: z.string().default('data-hub:'),
                    tls: z.boolean().default(false),
                })
                .optional(),
            defaultTtlMs: z.int().min(1_000).max(3_600_000).default(30_000),
            waitTimeoutMs: z.int().min(0).max(600_000).default(5_000),
        })
        .refine(({ backend, redis }) => (backend === 'redis') === (redis !== undefined), {
            message: 'the backend "redis" needs the host of its server here, and no other backend has a use for it',
            path: ['redis'],
        })
        .prefault({}),
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

import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

/** Where records wait between two stages of a run: behind a sort, a join, a gate. */
export interface SpoolOptions {
    /**
     * `disk` (default): a directory; with several machines it must be one that all of them see. `database`: a table of the
     * shop's database. `s3`: a bucket of any S3-compatible service, for which the package `@aws-sdk/client-s3` must be
     * installed. Two shops never share a directory or a prefix: each would clear away the records of the other.
     */
    backend?: 'disk' | 'database' | 's3';
    /** Of the backend `disk`. Default: `data-hub/spool` in the working directory. */
    directory?: string;
    /** Needed by the backend `s3`. */
    s3?: {
        bucket: string;
        /** Folder in the bucket. Default: `data-hub-spool`. */
        prefix?: string;
        region?: string;
        /** Address of a service that is not Amazon's, such as `https://minio.example.com`. */
        endpoint?: string;
        /** The bucket stands in the path and not in the host name, as MinIO wants it. Default: false. */
        forcePathStyle?: boolean;
        /** Codes of secrets. Without both, credentials come from the environment, the profile or the role of the machine. */
        accessKeyIdSecretCode?: string;
        secretAccessKeySecretCode?: string;
    };
    /** How long failed and cancelled runs keep their spool and can be resumed. Default: 168, a week. */
    keepFailedHours?: number;
}

/** How operators work that need all their input at once. */
export interface WholeOptions {
    /** Where data goes that is too large for memory. Default: `data-hub-whole` in the system's directory for temporary files. */
    tempDirectory?: string;
    /** What DuckDB may use in each such step, besides the memory of Node. Default: 256. */
    memoryLimitMb?: number;
    /** More rows than this go to DuckDB, for which the package `@duckdb/node-api` must be installed. Default: 50 000. */
    maxRowsInMemory?: number;
}

const text = z.string().min(1);

export const spoolOptionsSchema = z
    .strictObject({
        backend: z.enum(['disk', 'database', 's3']).default('disk'),
        directory: text.default('data-hub/spool').transform(directory => path.resolve(directory)),
        s3: z
            .strictObject({
                bucket: text,
                prefix: z
                    .string()
                    .regex(
                        /^([A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*)?$/,
                        'a prefix is folders without a slash at its ends',
                    )
                    .default('data-hub-spool'),
                region: text.optional(),
                endpoint: z.url({ protocol: /^https?$/ }).optional(),
                forcePathStyle: z.boolean().default(false),
                accessKeyIdSecretCode: text.optional(),
                secretAccessKeySecretCode: text.optional(),
            })
            .refine(
                s3 => (s3.accessKeyIdSecretCode === undefined) === (s3.secretAccessKeySecretCode === undefined),
                'accessKeyIdSecretCode and secretAccessKeySecretCode go together',
            )
            .optional(),
        keepFailedHours: z
            .number()
            .min(0)
            .max(24 * 365)
            .default(168),
    })
    .refine(spool => spool.backend !== 's3' || spool.s3 !== undefined, {
        path: ['s3'],
        message: 'the backend s3 needs at least the bucket',
    })
    .prefault({});

export const wholeOptionsSchema = z
    .strictObject({
        tempDirectory: text
            .default(() => path.join(tmpdir(), 'data-hub-whole'))
            .transform(directory => path.resolve(directory)),
        memoryLimitMb: z.int().min(128).max(1_048_576).default(256),
        maxRowsInMemory: z.int().min(0).max(10_000_000).default(50_000),
    })
    .prefault({});

export type ResolvedSpoolOptions = z.output<typeof spoolOptionsSchema>;
export type ResolvedWholeOptions = z.output<typeof wholeOptionsSchema>;

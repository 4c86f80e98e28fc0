import type { ListObjectsV2Output, S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { DataHubError, TransientError, UserError } from '../sdk/errors';

export interface S3SpoolSettings {
    bucket: string;
    /** Folder of the bucket, without a slash at its ends; empty for the whole bucket. */
    prefix: string;
    region?: string;
    /** For services that are not Amazon's. */
    endpoint?: string;
    forcePathStyle?: boolean;
    /** Asked for at the first use; absent: the SDK's own chain (environment, profile, role of the machine). */
    credentials?: () => Promise<{ accessKeyId: string; secretAccessKey: string }>;
}

type Sdk = typeof import('@aws-sdk/client-s3');

/** The package is optional: only who keeps the spool in S3 needs it. */
export const loadS3Sdk = (): Promise<Sdk> => import('@aws-sdk/client-s3');

/** The few calls that the spool needs. The SDK itself repeats what may succeed later. */
export class S3Bucket {
    private readonly name: string;
    private connected: Promise<{ sdk: Sdk; client: S3Client }> | undefined;

    constructor(
        private readonly settings: S3SpoolSettings,
        private readonly loadSdk: () => Promise<Sdk>,
    ) {
        this.name = settings.bucket;
    }

    async put(key: string, body: Uint8Array): Promise<void> {
        const { sdk, client } = await this.connect();
        await classified(client.send(new sdk.PutObjectCommand({ Bucket: this.name, Key: key, Body: body })));
    }

    /** Undefined when there is no such object. */
    async get(key: string): Promise<Uint8Array | undefined> {
        const { sdk, client } = await this.connect();
        try {
            const { Body: body } = await client.send(new sdk.GetObjectCommand({ Bucket: this.name, Key: key }));
            return await body?.transformToByteArray();
        } catch (error) {
            if (error instanceof sdk.NoSuchKey) return undefined;
            throw classify(error);
        }
    }

    /** In pages, ascending. Continues after a key and not with a token: every service understands that. */
    async *keys(prefix: string): AsyncIterable<string[]> {
        for (let last: string | undefined; ;) {
            const page = await this.list({ Prefix: prefix, StartAfter: last });
            const keys = (page.Contents ?? []).map(object => object.Key!);
            if (keys.length > 0) yield keys;
            last = keys.at(-1);
            if (!page.IsTruncated || last === undefined) return;
        }
    }

    /** Names of the folders directly below `prefix`: looks at one object of each. */
    async *folders(prefix: string): AsyncIterable<string> {
        for (let last: string | undefined; ;) {
            const page = await this.list({ Prefix: prefix, StartAfter: last, MaxKeys: 1 });
            const key = page.Contents?.[0]?.Key;
            if (key === undefined) return;
            const end = key.indexOf('/', prefix.length);
            if (end >= 0) yield key.slice(prefix.length, end);
            // "0" is the sign after "/": the next object is in another folder.
            last = end < 0 ? key : `${key.slice(0, end)}0`;
        }
    }

    async removeAll(prefix: string): Promise<void> {
        // One page is what one call can delete.
        for await (const keys of this.keys(prefix)) await this.removeKeys(keys);
    }

    async close(): Promise<void> {
        if (this.connected) (await this.connected).client.destroy();
    }

    private async list(request: {
        Prefix: string;
        StartAfter?: string;
        MaxKeys?: number;
    }): Promise<ListObjectsV2Output> {
        const { sdk, client } = await this.connect();
        return classified(client.send(new sdk.ListObjectsV2Command({ Bucket: this.name, ...request })));
    }

    /** The answer is a success even when single objects could not be deleted. */
    private async removeKeys(keys: string[]): Promise<void> {
        const { sdk, client } = await this.connect();
        const objects = { Bucket: this.name, Delete: { Objects: keys.map(key => ({ Key: key })), Quiet: true } };
        const { Errors: errors = [] } = await classified(client.send(new sdk.DeleteObjectsCommand(objects)));
        if (errors.length === 0) return;
        throw new UserError(
            'spool-not-removed',
            `S3 refused to delete ${errors.length} of ${keys.length} objects: ${errors[0]!.Message ?? errors[0]!.Code}.`,
            'Allow s3:DeleteObject for the bucket of the spool.',
        );
    }

    private connect(): Promise<{ sdk: Sdk; client: S3Client }> {
        this.connected ??= this.newClient().catch((error: unknown) => {
            // A secret may be given later.
            this.connected = undefined;
            throw error;
        });
        return this.connected;
    }

    private async newClient(): Promise<{ sdk: Sdk; client: S3Client }> {
        const sdk = await this.loadSdk().catch((cause: unknown) => {
            throw packageMissing(cause);
        });
        const { region, endpoint, forcePathStyle, credentials } = this.settings;
        const config: S3ClientConfig = {
            // Other services than Amazon's want a region too and care little which.
            region: region ?? (endpoint === undefined ? undefined : 'us-east-1'),
            endpoint,
            forcePathStyle,
            // Many other services know nothing of the checksums that are Amazon's default.
            requestChecksumCalculation: 'WHEN_REQUIRED',
            responseChecksumValidation: 'WHEN_REQUIRED',
            credentials: await credentials?.(),
        };
        const given = Object.entries(config).filter(([, value]) => value !== undefined);
        return { sdk, client: new sdk.S3Client(Object.fromEntries(given)) };
    }
}

async function classified<T>(answer: Promise<T>): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        throw classify(error);
    }
}

/** What the service answers with 4xx stays wrong until somebody changes something; the rest may pass. */
function classify(error: unknown): unknown {
    if (error instanceof DataHubError) return error;
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    const sentence = `S3 did not carry out a request of the spool: ${name}: ${message}`;
    const isFinal = status !== undefined && status >= 400 && status < 500 && ![408, 409, 429].includes(status);
    if (isFinal || name === 'CredentialsProviderError') {
        const hint = 'Check bucket, region, endpoint and credentials in the option "spool".';
        return new UserError('spool-refused', sentence, hint, {}, { cause: error });
    }
    return new TransientError('spool-unavailable', sentence, 'It is tried again.', {}, { cause: error });
}

function packageMissing(cause: unknown): UserError {
    return new UserError(
        'package-missing',
        'The spool is set to S3, and the package @aws-sdk/client-s3 is not installed.',
        'Run "npm install @aws-sdk/client-s3", or choose another backend in the option "spool".',
        {},
        { cause },
    );
}

import { z } from 'zod';
import type { JsonObject } from '../../shared/json';
import type { DatabaseKind } from '../outbound/outbound-databases';
import { ConfigSchema, config, field } from '../sdk/field';
import { UserError } from '../sdk/errors';

/** How a kind of connection is described: the only place that says what its config holds. */
export interface ConnectionKind<S extends ConfigSchema = ConfigSchema> {
    /** As `type` of a connection. */
    type: string;
    database: DatabaseKind;
    name: string;
    schema: S;
}

const allowSql = field
    .flag(
        'Allow SQL',
        'Whether pipelines may run SQL of their own over this connection, such as preSql and postSql of the loader sqlTable.',
    )
    .default(false);

/** A socket of this machine is a path and no host. */
const host = field.of(
    z.string().regex(/^[A-Za-z0-9._-]+$|^[0-9A-Fa-f:.]+$/, 'a host is a name or an address'),
    'Host',
    'Name or address of the server.',
    { example: 'db.example.com' },
);

const serverFields = (port: number) => ({
    host,
    port: field.of(z.int().min(1).max(65_535), 'Port', 'Port of the server.').default(port),
    database: field.of(z.string().min(1), 'Database', 'Name of the database.', { example: 'warehouse' }),
    user: field.of(z.string().min(1), 'User', 'Who logs in; it needs no more rights than pipelines may have.'),
    password: field.text('Password', 'As { "secret": "<code of a secret>" }.').optional(),
    ssl: field
        .choice('TLS', 'Whether the connection is encrypted.', {
            VERIFY: 'Encrypted, and the certificate must be valid for the host.',
            OFF: 'Not encrypted: for servers of your own network only.',
        })
        .default('VERIFY'),
    ca: field
        .text('CA certificate', 'Certificate in PEM that signs the server’s, when no public authority does.')
        .optional(),
    allowSql,
});

const serverSchema = config(serverFields(5432));
export type ServerConfig = z.output<typeof serverSchema>;

const sqliteSchema = config({
    path: field.file('File', 'Relative to the option files.outputDir; made when it is missing.', {
        example: 'reports/stock.sqlite',
    }),
    allowSql,
});
export type SqliteConfig = z.output<typeof sqliteSchema>;

const mysqlSchema = config(serverFields(3306));

const connectionKinds: readonly ConnectionKind[] = [
    { type: 'postgres', database: 'postgres', name: 'PostgreSQL', schema: serverSchema },
    { type: 'mysql', database: 'mysql', name: 'MySQL', schema: mysqlSchema },
    { type: 'mariadb', database: 'mysql', name: 'MariaDB', schema: mysqlSchema },
    { type: 'sqlite', database: 'sqlite', name: 'SQLite', schema: sqliteSchema },
];

export function kindOf(type: string): ConnectionKind | undefined {
    return connectionKinds.find(kind => kind.type === type);
}

/** Throws when a config does not fit its kind. Secrets may still be references; types that are unknown here are left alone. */
export function checkConnectionConfig(code: string, type: string, given: JsonObject): void {
    const kind = kindOf(type);
    if (!kind) return;
    const filled = Object.entries(given).map(([key, value]) => [key, isReference(value) ? 'secret' : value]);
    parseConnection(kind, code, Object.fromEntries(filled) as JsonObject);
}

export function parseConnection(kind: ConnectionKind, code: string, given: JsonObject): Record<string, unknown> {
    const parsed = kind.schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`);
    throw new UserError(
        'connection-config-invalid',
        `The connection "${code}" is no ${kind.name} connection: ${problems.join('; ')}.`,
        'Correct its config.',
    );
}

function isReference(value: unknown): boolean {
    return typeof value === 'object' && value !== null && 'secret' in value;
}

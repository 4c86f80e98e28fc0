import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/json';
import { checkConnectionConfig } from './connection-kinds';

const server = { host: 'db.example.com', database: 'shop', user: 'hub', password: { secret: 'db' } };

describe('the config of a connection to a database', () => {
    it.each<[string, JsonObject]>([
        ['postgres', server],
        ['mysql', { ...server, user: { secret: 'user' }, ssl: 'OFF', port: 3307 }],
        ['mariadb', { ...server, host: '::1' }],
        ['sqlite', { path: 'reports/stock.sqlite', allowSql: true }],
        ['http', { anything: 'of others' }],
    ])('%s takes %j', (type, config) => expect(() => checkConnectionConfig('x', type, config)).not.toThrow());

    it.each<[string, JsonObject, string]>([
        ['postgres', { ...server, host: '/var/run/postgresql' }, 'host: a host is a name or an address'],
        ['postgres', { ...server, host: 'a b' }, 'host'],
        ['postgres', { ...server, port: 70_000 }, 'port'],
        ['postgres', { ...server, sslMode: 'x' }, 'sslMode'],
        ['mysql', { host: 'a' }, 'database'],
        ['sqlite', { ...server }, 'path'],
    ])('%s refuses %j', (type, config, problem) => {
        expect(() => checkConnectionConfig('x', type, config)).toThrow(/^The connection "x" is no /);
        expect(() => checkConnectionConfig('x', type, config)).toThrow(problem);
    });
});

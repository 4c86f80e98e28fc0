import type { Injector, RequestContext } from '@vendure/core';
import type { FileAccess } from '../sdk/extractor';
import type { OutboundDatabases } from '../outbound/outbound-databases';
import type { OutboundHttp } from '../outbound/outbound-http';
import type { Seen } from './provenance/missing/missing-references';
import type { SqlSession } from './sql/sql-session';

/** The engine's opaque `Scope` as loaders of Vendure entities see it: one open transaction. */
export interface CatalogScope {
    /** Bound to the transaction: Vendure services called with it write inside it. */
    ctx: RequestContext;
    sql: SqlSession;
}

/** What loaders get of Vendure when they are created, once per run and step. */
export interface CatalogHost {
    injector: Injector;
    /** Outside any transaction; carries channel, language and the user the run acts for. */
    ctx: RequestContext;
    files: FileAccess;
    http: OutboundHttp;
    /** True when nothing will be written: references that would be created are remembered, not looked up again. */
    dryRun: boolean;
    /** The run that loads; absent where a loader is used on its own. */
    run?: CatalogHostRun;
}

export interface CatalogHostRun {
    id: string;
    /** Somebody else may have written part of it. */
    isResumed?: boolean;
    log(level: 'INFO' | 'WARN', message: string): void;
    /** In a dry run, which leaves no marks: what came, by `<source> <entity type>`. */
    seen?: Map<string, Seen>;
}

/** What loaders get that write to other systems. */
export interface OutboundHost extends CatalogHost {
    /** Databases of others, by the code of a stored connection. */
    databases: OutboundDatabases;
    /** A secret's plain value: for use, never for logs, errors or answers. */
    secretOf(code: string): Promise<string>;
    /** Names the run to other systems: no other run has it, in this shop or in another one that writes to the same place. */
    runKey: string;
}

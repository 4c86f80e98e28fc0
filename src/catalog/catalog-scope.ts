import type { Injector, RequestContext } from '@vendure/core';
import type { FileAccess } from '../sdk/extractor';
import type { OutboundHttp } from '../outbound/outbound-http';
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
    log(level: 'INFO' | 'WARN', message: string): void;
    /** In a dry run, which leaves no marks: ids of the references that came, by `<source> <entity type>`. */
    seen?: Map<string, Set<string>>;
}

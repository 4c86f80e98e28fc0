import { ConfigService, type Injector, NativeAuthenticationMethod, RequestContext } from '@vendure/core';
import type { Batch } from './batch';
import { compareIds } from '../sql/key-order';
import { descriptionFor } from './descriptions';

/**
 * How users log in, as Vendure's UserService writes it: a new one gets an e-mail address and an empty password hash, which
 * no password fits. Tokens are made here and stand in no change set: who knows one can set the password.
 */
export async function writeAccounts(batch: Batch, injector: Injector, ctx: RequestContext): Promise<void> {
    const { sql } = batch;
    const users = batch.of(descriptionFor('User')!);
    if (users.length === 0) return;
    const table = sql.table(NativeAuthenticationMethod);
    const { requireVerification, verificationTokenStrategy } = injector.get(ConfigService).authOptions;
    const created: unknown[][] = [];
    for (const user of users) {
        if (user.action !== 'CREATE') continue;
        const needsToken = requireVerification && user.columns.get('verified') !== true;
        const token = needsToken ? await verificationTokenStrategy?.generateVerificationToken(ctx) : undefined;
        created.push([user.knownId(), user.columns.get('identifier'), '', token ?? null]);
    }
    if (created.length > 0) {
        await sql.insert(table, ['user', 'identifier', 'passwordHash', 'verificationToken'], created);
    }
    const renamed = users.filter(({ action, columns }) => action === 'UPDATE' && columns.has('identifier'));
    const verified = users.filter(({ action, columns }) => action === 'UPDATE' && columns.get('verified') === true);
    const changed = [...new Set([...renamed, ...verified])].map(user => user.knownId()).sort(compareIds);
    if (changed.length === 0) return;
    const methods = new Map(
        (await sql.selectIn(table, ['id', 'user'], 'user', changed)).map(([id, user]) => [user, id]),
    );
    const rowsOf = (list: typeof users, cells: (user: (typeof users)[number]) => unknown[]) =>
        list.flatMap(user => {
            const id = methods.get(user.knownId());
            return id === undefined ? [] : [[id, ...cells(user)]];
        });
    const renames = rowsOf(renamed, user => [user.columns.get('identifier'), null, null]);
    if (renames.length > 0) {
        await sql.update(table, ['id'], ['identifier', 'identifierChangeToken', 'pendingIdentifier'], renames);
    }
    const verifications = rowsOf(verified, () => [null]);
    if (verifications.length > 0) await sql.update(table, ['id'], ['verificationToken'], verifications);
}

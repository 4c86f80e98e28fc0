import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection, User } from '@vendure/core';
import { In } from 'typeorm';

/** Who is behind the ids that trails keep. */
@Injectable()
export class UserNamesService {
    constructor(private readonly connection: TransactionalConnection) {}

    /** What they log in with, by id as text; those who are gone are missing. One statement, or none. */
    async namesOf(ctx: RequestContext, ids: readonly (ID | null)[]): Promise<Map<string, string>> {
        const wanted = [...new Set(ids.filter(id => id !== null))];
        if (wanted.length === 0) return new Map();
        const users = await this.connection
            .getRepository(ctx, User)
            .find({ where: { id: In(wanted) }, select: { id: true, identifier: true }, loadEagerRelations: false });
        return new Map(users.map(({ id, identifier }) => [String(id), identifier]));
    }
}

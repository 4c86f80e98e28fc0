import { Injectable } from '@nestjs/common';
import {
    Channel,
    ConfigService,
    RequestContext,
    RequestContextService,
    TransactionalConnection,
    User,
} from '@vendure/core';
import type { PipelineRun } from '../entities';
import { UserError } from '../sdk/errors';

/** The context that a run acts in, rebuilt in the process that executes it. */
@Injectable()
export class RunContextFactory {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly requestContexts: RequestContextService,
        private readonly config: ConfigService,
    ) {}

    /**
     * Reads channel and user from the database: Vendure's own caches may not know a new channel for half a minute,
     * and a user without roles and their channels is refused by services that check permissions.
     */
    async create(run: PipelineRun): Promise<RequestContext> {
        return this.requestContexts.create({
            apiType: 'admin',
            channelOrToken: await this.channelOf(run),
            languageCode: run.languageCode,
            currencyCode: run.currencyCode,
            user: await this.userOf(run),
        });
    }

    private async channelOf(run: PipelineRun): Promise<Channel> {
        // Not findOne, which with relations asks twice.
        const [channel] = await this.connection.rawConnection.getRepository(Channel).find({
            where: { id: run.channelId },
            relations: { defaultTaxZone: true, defaultShippingZone: true },
        });
        if (channel) return channel;
        throw new UserError(
            'channel-not-found',
            'The channel that this run was started in does not exist any more.',
            'Start a new run in a channel that exists.',
        );
    }

    /** Runs that no person asked for act as the superadmin. */
    private async userOf(run: PipelineRun): Promise<User> {
        const { identifier } = this.config.authOptions.superadminCredentials;
        const [user] = await this.connection.rawConnection.getRepository(User).find({
            where: run.userId === null ? { identifier } : { id: run.userId },
            relations: { roles: { channels: true } },
        });
        if (user && user.deletedAt === null) return user;
        throw new UserError(
            'user-not-found',
            run.userId === null
                ? `The superadmin "${identifier}", for whom this run would act, does not exist.`
                : 'The user who started this run does not exist any more.',
            'Start a new run as an administrator who may do what the pipeline does.',
        );
    }
}

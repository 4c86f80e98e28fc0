import { bootstrapWorker, DefaultLogger, LogLevel } from '@vendure/core';
import { type SpreadShop, spreadBoot } from './spread-shop';
import { vendureConfig } from './vendure';
import { fail } from './worker-lifetime';

/** A Vendure worker of a shop whose runs are spread over several of them: to be killed, stopped and woken. */
async function main(shop: SpreadShop): Promise<void> {
    const boot = spreadBoot(shop);
    const { dbConnectionOptions } = vendureConfig(boot);
    const worker = await bootstrapWorker(
        vendureConfig({
            ...boot,
            config: {
                ...boot.config,
                dbConnectionOptions: { ...dbConnectionOptions, synchronize: false } as never,
                logger: new DefaultLogger({ level: LogLevel.Warn }),
            },
        }),
    );
    await worker.startJobQueue();
    process.on('message', message => {
        if (message === 'cpu') process.send!({ cpu: process.cpuUsage() });
        else worker.app.close().then(() => process.exit(0), fail);
    });
    process.send!('READY');
}

main(JSON.parse(process.argv[2]!) as SpreadShop).catch(fail);

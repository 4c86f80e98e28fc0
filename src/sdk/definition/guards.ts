import { z } from 'zod';

const share = (description: string) => z.number().min(0).max(100).optional().meta({ description });
const count = (description: string) => z.int().min(0).optional().meta({ description });

/**
 * What a LOAD step may change before a person has to look. With guards, the records wait in front of the step while it is
 * planned as a whole; when the plan goes beyond one of them a gate opens, otherwise the step loads at once.
 */
export const guardsSchema = z
    .strictObject({
        maxChangedPercent: share('Records that would change something, as a share of those that reach the step.'),
        maxPriceChangePercent: z
            .number()
            .min(0)
            .optional()
            .meta({ description: 'A price that would rise or fall by more than this many per cent counts as a jump.' }),
        maxPriceJumpsPercent: z.number().min(0).max(100).default(0).meta({
            description: 'Price jumps that are still accepted, as a share of the prices that the plan looks at.',
        }),
        maxDisabled: count('Entities that would be disabled.'),
        maxDeleted: count('Entities that would be deleted.'),
        maxStockToZero: count('Variants whose stock would fall to zero.'),
        maxFewerRecordsPercent: share('How many fewer records may reach the step than in the last completed run.'),
        maxRejectedPercent: share('Records that the step would refuse.'),
        notifyWebhook: z.string().optional().meta({ description: 'URL that is called when a guard opens a gate.' }),
        notifyEmail: z
            .string()
            .optional()
            .meta({ description: 'Address that is written to when a guard opens a gate.' }),
    })
    .meta({ id: 'Guards' });

export type Guards = z.output<typeof guardsSchema>;

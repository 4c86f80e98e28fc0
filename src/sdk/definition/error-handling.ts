import { z } from 'zod';

/** What becomes of a record that a step refuses or fails on. */
export const ON_ERROR = ['REJECT', 'RETRY', 'SKIP', 'STOP'] as const;
export type OnError = (typeof ON_ERROR)[number];

export const onErrorSchema = z.enum(ON_ERROR).meta({
    description:
        'What becomes of a record that the step refuses. REJECT (default): it goes to quarantine. RETRY: it is tried again ' +
        'as retryPerRecord says, then goes to quarantine. SKIP: it is counted and left out. STOP: the run fails there.',
});

export const retryPerRecordSchema = z
    .strictObject({
        maxRetries: z.int().min(0).max(100).default(3).meta({ description: 'Attempts after the first.' }),
        retryDelayMs: z.int().min(0).max(600_000).default(100).meta({ description: 'Pause before the first retry.' }),
        backoff: z
            .enum(['FIXED', 'EXPONENTIAL'])
            .default('FIXED')
            .meta({ description: 'FIXED: every pause is retryDelayMs. EXPONENTIAL: each is twice the one before.' }),
        retryableErrors: z.array(z.string().min(1)).optional().meta({
            description:
                'Codes of errors, or parts of their messages, that are worth another attempt. Absent: every transient error and every defect.',
        }),
        maxRetriesPerStep: z
            .int()
            .min(0)
            .default(1_000)
            .meta({ description: 'Retries that all records of the step may use up together in one run.' }),
    })
    .meta({ id: 'RetryPerRecord' });

/** "Stop when more than N records or P per cent are rejected." */
export const toleranceSchema = z
    .strictObject({
        maxRejected: z
            .int()
            .min(0)
            .optional()
            .meta({ description: 'Rejected records beyond this number fail the run.' }),
        maxRejectedPercent: z
            .number()
            .min(0)
            .max(100)
            .optional()
            .meta({ description: 'A greater share of rejected records fails the run.' }),
        minRecords: z
            .int()
            .min(1)
            .default(100)
            .meta({ description: 'The share is looked at only after this many records, or at the end.' }),
    })
    .meta({ id: 'Tolerance' });

export const errorHandlingSchema = z.strictObject({
    maxRetriesPerRun: z
        .int()
        .min(0)
        .default(10_000)
        .meta({ description: 'Retries that all records of all steps may use up together.' }),
    tolerance: toleranceSchema.optional().meta({ description: 'Of all records that the run reads.' }),
});

export type RetryPerRecord = z.output<typeof retryPerRecordSchema>;
export type Tolerance = z.output<typeof toleranceSchema>;

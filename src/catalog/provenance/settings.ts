import { z } from 'zod';
import { field } from '../../sdk/field';

/** Settings of loaders whose records come again and again from the same source. */
export const repeatedImportFields = {
    source: field
        .text(
            'Source',
            'Name of the system that the records come from. With it DataHub remembers which record became what; external ids, drift and missing records need it.',
            { example: 'erp' },
        )
        .optional(),
    externalIdField: field
        .path(
            'External id',
            'Field of the record that holds its id in the source. What a record became is found by it first, also after its slug or SKU has changed.',
            { example: 'erpId' },
        )
        .optional(),
    conflictStrategy: field
        .choice('Conflicts', 'Whose value counts where record and shop differ.', {
            SOURCE_WINS: 'The record’s; values that only the shop has changed follow onDrift.',
            VENDURE_WINS: 'The shop’s; the record only fills what is empty there.',
            MERGE: 'The record’s where the source has changed it since the last run, else the shop’s; lists are merged item by item.',
        })
        .default('SOURCE_WINS'),
    onDrift: field
        .choice(
            'Drift',
            'What happens to a value that was edited in the shop while the source still gives the same; MERGE and VENDURE_WINS keep it in any case.',
            {
                OVERWRITE: 'The value of the source is written again.',
                KEEP: 'The value of the shop stays.',
                REPORT: 'The value of the shop stays, and the log of the run names it.',
            },
        )
        .default('OVERWRITE'),
    ownedBySource: field
        .list(
            z.string().min(1),
            'Owned by the source',
            'Fields that always get the value of the source, whatever conflictStrategy and onDrift say; named as plans name them.',
            { example: ['prices', 'stock'], advanced: true },
        )
        .optional(),
    ownedByShop: field
        .list(
            z.string().min(1),
            'Owned by the shop',
            'Fields that the source only gives to what it creates and never changes afterwards; named as plans name them.',
            { example: ['description', 'assets'], advanced: true },
        )
        .optional(),
    onMissing: field
        .choice(
            'Missing records',
            'For sources that always give everything: what happens to what an earlier run loaded and this one did not bring. Only after a run that read and loaded everything without an error.',
            {
                IGNORE: 'Nothing.',
                DISABLE: 'It is disabled; it is enabled again when it returns.',
                DELETE: 'It is soft-deleted.',
                REPORT: 'The log of the run names it.',
            },
        )
        .default('IGNORE'),
    maxMissingPercent: field
        .of(
            z.number().min(0).max(100),
            'Missing at most',
            'When a larger share than this is missing, nothing is disabled or deleted, and the log says so.',
            { advanced: true },
        )
        .default(20),
};

export interface RepeatSettings {
    source?: string;
    externalIdField?: string;
    conflictStrategy: 'SOURCE_WINS' | 'VENDURE_WINS' | 'MERGE';
    onDrift: 'OVERWRITE' | 'KEEP' | 'REPORT';
    ownedBySource?: string[];
    ownedByShop?: string[];
    onMissing: 'IGNORE' | 'DISABLE' | 'DELETE' | 'REPORT';
}

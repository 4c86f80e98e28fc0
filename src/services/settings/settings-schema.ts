import { z } from 'zod';
import { config, field } from '../../sdk/field';

const maxDays = 36_500;

/** Every setting of the plugin, described once: types, checks, defaults and the form read it. */
export const settingsSchema = config({
    runRetentionDays: days(
        'Keep runs (days)',
        'Runs are deleted with all their rows this many days after they ended. What they wrote to the shop stays.',
    ).default(90),
    planRetentionDays: days(
        'Keep plans (days)',
        'Dry runs are deleted with their change sets this many days after they ended.',
    ).default(14),
    logRetentionDays: days(
        'Keep logs (days)',
        'Log lines are deleted this many days after their run ended, or with the run if that goes earlier.',
    ).default(30),
    ledgerRetentionDays: field
        .of(
            z.int().min(1).max(maxDays).nullable(),
            'Keep changes (days)',
            'Change sets of runs are deleted this many days after their run ended; null keeps them as long as the run.',
        )
        .default(null),
});

export type DataHubSettingValues = z.output<typeof settingsSchema>;
export type SettingKey = keyof DataHubSettingValues;

export const SETTING_KEYS = Object.keys(settingsSchema.shape) as SettingKey[];

function days(label: string, description: string) {
    return field.of(z.int().min(1).max(maxDays), label, description);
}

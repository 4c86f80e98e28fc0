import type { ValueTransformer } from 'typeorm';

/** Drivers give large integers as text. */
export const epochMs: ValueTransformer = {
    to: (value: unknown) => value,
    from: (value: unknown) => (value === null || value === undefined ? value : Number(value)),
};

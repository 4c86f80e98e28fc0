import type { PipelineRun, RunStatus } from '../entities';

type Run = Pick<
    PipelineRun,
    | 'status' | 'kind' | 'dryRun' | 'ofRunId' | 'read' | 'created' | 'updated' | 'unchanged' | 'deleted' | 'rejected'
    | 'error' | 'hint' | 'startedAt' | 'finishedAt'
>; // prettier-ignore

type Counted = 'read' | 'created' | 'updated' | 'deleted' | 'unchanged' | 'rejected';

interface Words {
    statuses: Record<RunStatus, string>;
    planned: string;
    after(duration: string): string;
    counts: Record<Counted, (count: number, dryRun: boolean) => string>;
    nothingWritten: string;
    next: Record<'gate' | 'refused' | 'apply' | 'resume' | 'undoConflicts', string>;
    units: [hours: string, minutes: string, seconds: string];
    number: Intl.NumberFormat;
}

const ENGLISH: Words = {
    statuses: {
        PENDING: 'Waits for its turn',
        RUNNING: 'Running',
        PAUSED: 'Waits for a decision',
        COMPLETED: 'Completed',
        COMPLETED_WITH_ERRORS: 'Completed with errors',
        FAILED: 'Failed',
        CANCELLED: 'Cancelled',
        TIMEOUT: 'Timed out',
    },
    planned: 'Dry run',
    after: duration => ` after ${duration}`,
    counts: {
        read: count => `${english(count)} ${count === 1 ? 'record' : 'records'} read`,
        created: (count, dry) => `${english(count)} ${dry ? 'to be created' : 'created'}`,
        updated: (count, dry) => `${english(count)} ${dry ? 'to be updated' : 'updated'}`,
        deleted: (count, dry) => `${english(count)} ${dry ? 'to be deleted' : 'deleted'}`,
        unchanged: count => `${english(count)} unchanged`,
        rejected: count => `${english(count)} refused`,
    },
    nothingWritten: 'Nothing was written.',
    next: {
        gate: 'Approve or reject what waits at the gate.',
        refused: 'Correct the refused records in the quarantine and send them again.',
        apply: 'Look through the changes and apply the plan.',
        resume: 'Remove the cause and resume the run; what is written is not written twice.',
        undoConflicts: 'What has been changed since was left as it is; see the refused records.',
    },
    units: ['h', 'min', 's'],
    number: new Intl.NumberFormat('en'),
};

const GERMAN: Words = {
    statuses: {
        PENDING: 'Wartet, bis er an der Reihe ist',
        RUNNING: 'Läuft',
        PAUSED: 'Wartet auf eine Entscheidung',
        COMPLETED: 'Abgeschlossen',
        COMPLETED_WITH_ERRORS: 'Mit Fehlern abgeschlossen',
        FAILED: 'Gescheitert',
        CANCELLED: 'Abgebrochen',
        TIMEOUT: 'Zeit überschritten',
    },
    planned: 'Probelauf',
    after: duration => ` nach ${duration}`,
    counts: {
        read: count => `${german(count)} ${count === 1 ? 'Datensatz' : 'Datensätze'} gelesen`,
        created: (count, dry) => `${german(count)} ${dry ? 'anzulegen' : 'angelegt'}`,
        updated: (count, dry) => `${german(count)} ${dry ? 'zu ändern' : 'geändert'}`,
        deleted: (count, dry) => `${german(count)} ${dry ? 'zu löschen' : 'gelöscht'}`,
        unchanged: count => `${german(count)} unverändert`,
        rejected: count => `${german(count)} abgelehnt`,
    },
    nothingWritten: 'Geschrieben wurde nichts.',
    next: {
        gate: 'Geben Sie frei oder lehnen Sie ab, was auf Freigabe wartet.',
        refused: 'Berichtigen Sie die abgelehnten Datensätze in der Quarantäne und senden Sie sie noch einmal.',
        apply: 'Sehen Sie die Änderungen durch und wenden Sie den Plan an.',
        resume: 'Beheben Sie die Ursache und setzen Sie den Lauf fort; Geschriebenes wird nicht noch einmal geschrieben.',
        undoConflicts: 'Was seither geändert wurde, blieb, wie es ist; siehe die abgelehnten Datensätze.',
    },
    units: ['Std.', 'Min.', 'Sek.'],
    number: new Intl.NumberFormat('de'),
};

/** What a run did and what to do next, as one would write it in a mail: English, or German for `de…`. */
export function runSummary(run: Run, language: string): string {
    const words = language.startsWith('de') ? GERMAN : ENGLISH;
    return [headline(run, words), error(run), afterwards(run, words)].filter(Boolean).join(' ');
}

function headline(run: Run, words: Words): string {
    const { status, dryRun, startedAt, finishedAt } = run;
    const what = dryRun ? `${words.planned}: ${lowerFirst(words.statuses[status])}` : words.statuses[status];
    const took = startedAt && finishedAt ? words.after(durationOf(startedAt, finishedAt, words)) : '';
    const names = ['read', 'created', 'updated', 'deleted', 'unchanged', 'rejected'] as const;
    const counts = names
        .filter(name => name === 'read' || run[name] > 0)
        .map(name => words.counts[name](run[name], dryRun));
    return run.startedAt ? `${what}${took}: ${counts.join(', ')}.` : `${what}.`;
}

function error({ error: message, hint }: Run): string {
    return [message, hint].filter(Boolean).join(' ');
}

function afterwards(run: Run, { next, nothingWritten }: Words): string {
    const { status, dryRun, kind, rejected, created, updated, deleted } = run;
    if (status === 'PAUSED') return next.gate;
    if (status === 'PENDING' || status === 'RUNNING') return '';
    const changes = created + updated + deleted;
    if (dryRun)
        return [nothingWritten, kind === 'PIPELINE' && changes > 0 && !failed(status) ? next.apply : '']
            .join(' ')
            .trim();
    if (failed(status)) return run.startedAt && !run.hint ? next.resume : '';
    if (rejected > 0) return kind === 'UNDO' ? next.undoConflicts : next.refused;
    return '';
}

function failed(status: RunStatus): boolean {
    return status === 'FAILED' || status === 'CANCELLED' || status === 'TIMEOUT';
}

function durationOf(from: Date, to: Date, { units: [hours, minutes, seconds], number }: Words): string {
    const passed = Math.max(0, to.getTime() - from.getTime()) / 1000;
    const all = Math.round(passed);
    if (all >= 3600)
        return `${number.format(Math.floor(all / 3600))} ${hours} ${Math.floor((all % 3600) / 60)} ${minutes}`;
    if (all >= 60) return `${Math.floor(all / 60)} ${minutes} ${all % 60} ${seconds}`;
    return `${passed < 10 ? number.format(Math.max(0.1, Math.round(passed * 10) / 10)) : all} ${seconds}`;
}

function lowerFirst(text: string): string {
    return text.charAt(0).toLowerCase() + text.slice(1);
}

function english(count: number): string {
    return ENGLISH.number.format(count);
}

function german(count: number): string {
    return GERMAN.number.format(count);
}

import { describe, expect, it } from 'vitest';
import { runSummary } from './run-summary';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
const run = {
    status: 'COMPLETED', kind: 'PIPELINE', dryRun: false, ofRunId: null, read: 1200, created: 10, updated: 5, unchanged: 1185,
    deleted: 0, rejected: 0, error: null, hint: null, startedAt: at(0), finishedAt: at(72),
} as Parameters<typeof runSummary>[0]; // prettier-ignore

describe('the summary of a run', () => {
    it.each<[Partial<typeof run>, en: string, de: string]>([
        [
            {},
            'Completed after 1 min 12 s: 1,200 records read, 10 created, 5 updated, 1,185 unchanged.',
            'Abgeschlossen nach 1 Min. 12 Sek.: 1.200 Datensätze gelesen, 10 angelegt, 5 geändert, 1.185 unverändert.',
        ],
        [
            {
                status: 'COMPLETED_WITH_ERRORS',
                read: 3,
                created: 0,
                updated: 1,
                unchanged: 0,
                rejected: 2,
                finishedAt: at(3),
            },
            'Completed with errors after 3 s: 3 records read, 1 updated, 2 refused. Correct the refused records in the quarantine and send them again.',
            'Mit Fehlern abgeschlossen nach 3 Sek.: 3 Datensätze gelesen, 1 geändert, 2 abgelehnt. Berichtigen Sie die abgelehnten Datensätze in der Quarantäne und senden Sie sie noch einmal.',
        ],
        [
            { read: 1, created: 1, updated: 0, unchanged: 0, finishedAt: at(0.34) },
            'Completed after 0.3 s: 1 record read, 1 created.',
            'Abgeschlossen nach 0,3 Sek.: 1 Datensatz gelesen, 1 angelegt.',
        ],
        [
            { read: 0, created: 0, updated: 0, unchanged: 0, finishedAt: at(0) },
            'Completed after 0.1 s: 0 records read.',
            'Abgeschlossen nach 0,1 Sek.: 0 Datensätze gelesen.',
        ],
        [
            { dryRun: true, read: 1, created: 1, updated: 0, unchanged: 0 },
            'Dry run: completed after 1 min 12 s: 1 record read, 1 to be created. Nothing was written. Look through the changes and apply the plan.',
            'Probelauf: abgeschlossen nach 1 Min. 12 Sek.: 1 Datensatz gelesen, 1 anzulegen. Geschrieben wurde nichts. Sehen Sie die Änderungen durch und wenden Sie den Plan an.',
        ],
        [
            { dryRun: true, kind: 'UNDO', read: 1, created: 0, updated: 1, unchanged: 0 },
            'Dry run: completed after 1 min 12 s: 1 record read, 1 to be updated. Nothing was written.',
            'Probelauf: abgeschlossen nach 1 Min. 12 Sek.: 1 Datensatz gelesen, 1 zu ändern. Geschrieben wurde nichts.',
        ],
        [
            {
                status: 'FAILED',
                error: 'The file "a.csv" is empty.',
                hint: 'Check the export.',
                read: 0,
                created: 0,
                updated: 0,
                unchanged: 0,
            },
            'Failed after 1 min 12 s: 0 records read. The file "a.csv" is empty. Check the export.',
            'Gescheitert nach 1 Min. 12 Sek.: 0 Datensätze gelesen. The file "a.csv" is empty. Check the export.',
        ],
        [
            { status: 'CANCELLED', finishedAt: at(7265) },
            'Cancelled after 2 h 1 min: 1,200 records read, 10 created, 5 updated, 1,185 unchanged. Remove the cause and resume the run; what is written is not written twice.',
            'Abgebrochen nach 2 Std. 1 Min.: 1.200 Datensätze gelesen, 10 angelegt, 5 geändert, 1.185 unverändert. Beheben Sie die Ursache und setzen Sie den Lauf fort; Geschriebenes wird nicht noch einmal geschrieben.',
        ],
        [
            { status: 'PAUSED', finishedAt: null },
            'Waits for a decision: 1,200 records read, 10 created, 5 updated, 1,185 unchanged. Approve or reject what waits at the gate.',
            'Wartet auf eine Entscheidung: 1.200 Datensätze gelesen, 10 angelegt, 5 geändert, 1.185 unverändert. Geben Sie frei oder lehnen Sie ab, was auf Freigabe wartet.',
        ],
        [
            { status: 'PENDING', startedAt: null, finishedAt: null },
            'Waits for its turn.',
            'Wartet, bis er an der Reihe ist.',
        ],
        [
            {
                kind: 'UNDO',
                status: 'COMPLETED_WITH_ERRORS',
                read: 2,
                created: 0,
                updated: 1,
                unchanged: 0,
                rejected: 1,
                finishedAt: at(1),
            },
            'Completed with errors after 1 s: 2 records read, 1 updated, 1 refused. What has been changed since was left as it is; see the refused records.',
            'Mit Fehlern abgeschlossen nach 1 Sek.: 2 Datensätze gelesen, 1 geändert, 1 abgelehnt. Was seither geändert wurde, blieb, wie es ist; siehe die abgelehnten Datensätze.',
        ],
    ])('%#', (changes, en, de) => {
        expect(runSummary({ ...run, ...changes }, 'en')).toBe(en);
        expect(runSummary({ ...run, ...changes }, 'de')).toBe(de);
        expect(runSummary({ ...run, ...changes }, 'fr')).toBe(en);
    });
});

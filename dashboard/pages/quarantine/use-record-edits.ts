import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { api, toast } from '@vendure/dashboard';
import { useCallback, useState } from 'react';
import type { CellValue } from '../../components/record-grid/cell-value';
import { countEdits, noEdits, patchesOf, withEdit, without, type Edits } from '../../components/record-grid/edits';
import type { JsonObject } from '../../../shared/json';
import { editRecordsDocument } from '../../gql/quarantine';
import { useRefreshQuarantine } from './scope';

/** Edits that wait to be saved, kept while one leafs through a group. */
export function useRecordEdits() {
    const { t } = useLingui();
    const refresh = useRefreshQuarantine();
    const [edits, setEdits] = useState<Edits>(noEdits);
    const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
    const [isSaving, setSaving] = useState(false);

    const edit = useCallback((row: { id: string; record: JsonObject | null }, path: string, value: CellValue) => {
        setEdits(before => withEdit(before, row, path, value));
        setProblems(before => new Map([...before].filter(([id]) => id !== row.id)));
    }, []);
    const discard = () => {
        setEdits(noEdits);
        setProblems(new Map());
    };
    /** What is refused stays unsaved, marked with the reason; then it fails with the first one. */
    const save = async () => {
        setSaving(true);
        const saved: string[] = [];
        const refused = new Map<string, string>();
        try {
            for (const { ids, patch } of patchesOf(edits)) {
                try {
                    await api.mutate(editRecordsDocument)({ input: { ids, patch } });
                    saved.push(...ids);
                } catch (error) {
                    for (const id of ids) refused.set(id, error instanceof Error ? error.message : String(error));
                }
            }
            // With what was saved on the page already, nothing flickers back.
            await refresh();
        } finally {
            setEdits(before => without(before, saved));
            setProblems(refused);
            setSaving(false);
        }
        if (saved.length > 0)
            toast.success(t`${plural(saved.length, { one: '# record saved', other: '# records saved' })}`);
        const [problem] = refused.values();
        if (problem) throw new Error(problem);
    };
    return { edits, problems, count: countEdits(edits), isSaving, edit, discard, save };
}

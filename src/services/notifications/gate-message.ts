import type { DataHubGate, Pipeline } from '../../entities';
import type { JsonObject } from '../../../shared/json';

/** What is told of a gate that waits. Without links: where the dashboard stands is not known here. */
export interface GateMessage {
    event: 'GATE_WAITING';
    /** As the Admin API wants it. */
    runId: string;
    pipeline: { code: string; name: string };
    step: string;
    kind: DataHubGate['kind'];
    reasons: string[];
    waiting: number;
    preview: JsonObject[];
    openedAt: string;
    /** When the decision falls by itself, and which. */
    deadlineAt: string | null;
    onTimeout: DataHubGate['onTimeout'];
}

export interface MailText {
    subject: string;
    text: string;
    html: string;
}

export function messageOf(gate: DataHubGate, pipeline: Pipeline, runId: string): GateMessage {
    return {
        event: 'GATE_WAITING',
        runId,
        pipeline: { code: pipeline.code, name: pipeline.name },
        step: gate.stepKey,
        kind: gate.kind,
        reasons: gate.reasons,
        waiting: gate.waiting,
        preview: gate.preview,
        openedAt: gate.openedAt.toISOString(),
        deadlineAt: gate.deadlineMs === null ? null : new Date(gate.deadlineMs).toISOString(),
        onTimeout: gate.onTimeout,
    };
}

/** Records come from outside, so nothing of them may become markup or a header of the mail. */
export function mailTextOf(message: GateMessage): MailText {
    const { pipeline, step, runId, waiting, reasons, preview, deadlineAt, onTimeout } = message;
    const what = `${waiting} ${waiting === 1 ? 'record waits' : 'records wait'} at "${step}" of the pipeline "${pipeline.name}" (${pipeline.code}), run ${runId}.`;
    const deadline =
        deadlineAt === null
            ? 'They wait until somebody approves or rejects the gate.'
            : `Without a decision the gate is ${onTimeout === 'APPROVE' ? 'approved' : 'rejected'} at ${deadlineAt}.`;
    const first = preview.length === 0 ? '' : `The first ${preview.length}:`;
    const records = preview.map(record => JSON.stringify(record, null, 2));
    return {
        subject: `${pipeline.name}: ${waiting} ${waiting === 1 ? 'record waits' : 'records wait'} for approval`.replace(
            /\p{Cc}+/gu,
            ' ',
        ),
        text: [what, ...reasons, deadline, first, ...records].filter(line => line !== '').join('\n\n'),
        html: [
            `<p>${escapeHtml(what)}</p>`,
            ...(reasons.length > 0
                ? [`<ul>${reasons.map(reason => `<li>${escapeHtml(reason)}</li>`).join('')}</ul>`]
                : []),
            `<p>${escapeHtml(deadline)}</p>`,
            ...(first === '' ? [] : [`<p>${escapeHtml(first)}</p>`]),
            ...records.map(record => `<pre>${escapeHtml(record)}</pre>`),
        ].join('\n'),
    };
}

function escapeHtml(text: string): string {
    return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

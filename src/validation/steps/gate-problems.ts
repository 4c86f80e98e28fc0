import { gateStepSchema } from '../../sdk/definition/gate-step';
import { Problem, problem, warning } from '../problem';
import { schemaAt } from '../schema-at';
import { schemaProblems } from '../schema-problems';
import { urlProblems } from '../url-problems';

type Path = readonly PropertyKey[];
type ApprovalType = 'MANUAL' | 'THRESHOLD' | 'TIMEOUT';

/** What each type of gate cannot do without; the other types have no use for it. */
const NEEDS: Record<ApprovalType, readonly (keyof typeof gateStepSchema.shape)[]> = {
    MANUAL: [],
    THRESHOLD: ['errorThresholdPercent'],
    TIMEOUT: ['timeoutSeconds', 'onTimeout'],
};

export function gateProblems(settings: Record<string, unknown>, path: Path): Problem[] {
    return [
        ...schemaProblems(gateStepSchema, settings, path),
        ...typeProblems(settings, path),
        ...urlProblems(settings['notifyWebhook'], [...path, 'notifyWebhook']),
        ...mailProblems(settings['notifyEmail'], [...path, 'notifyEmail']),
    ];
}

function typeProblems(settings: Record<string, unknown>, path: Path): Problem[] {
    const type = settings['approvalType'];
    if (!isApprovalType(type)) return [];
    const needed = NEEDS[type];
    const missing = needed.filter(key => settings[key] === undefined);
    const unused = Object.values(NEEDS)
        .flat()
        .filter(key => !needed.includes(key) && settings[key] !== undefined);
    return [
        ...missing.map(key => {
            const hint = schemaAt(gateStepSchema, [key], settings)?.meta()?.description;
            return problem([...path, key], `A gate of type ${type} needs "${key}".`, hint);
        }),
        ...unused.map(key =>
            warning([...path, key], `A gate of type ${type} does not look at "${key}".`, 'Remove it.'),
        ),
    ];
}

const isApprovalType = (type: unknown): type is ApprovalType => typeof type === 'string' && type in NEEDS;

function mailProblems(address: unknown, path: Path): Problem[] {
    if (typeof address !== 'string' || /^[^\s@]+@[^\s@]+$/.test(address)) return [];
    return [problem(path, `"${address}" is not an e-mail address.`, 'Write it as name@example.com.')];
}

import { DocumentNode, Kind, OperationTypeNode, parse } from 'graphql';
import { UserError } from '../../sdk/errors';

/** Throws when the text is not exactly one mutation, or lacks a variable that records are mapped to. */
export function checkMutation(text: string, targets: readonly string[]): void {
    const operations = parsed(text).definitions.filter(each => each.kind === Kind.OPERATION_DEFINITION);
    const [operation] = operations;
    if (operations.length !== 1 || operation?.operation !== OperationTypeNode.MUTATION) {
        throw invalid('It must hold one mutation and no other operation.');
    }
    const known = new Set((operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value));
    const unknown = targets.map(target => target.split('.')[0]!).find(name => !known.has(name));
    if (unknown !== undefined) {
        throw new UserError(
            'variable-unknown',
            `The mutation declares no variable "$${unknown}", and variableMapping names it.`,
            `Declare it in the mutation, or correct the mapping.`,
            { field: 'variableMapping' },
        );
    }
}

function parsed(text: string): DocumentNode {
    try {
        return parse(text);
    } catch (thrown) {
        throw invalid((thrown as Error).message);
    }
}

function invalid(why: string): UserError {
    return new UserError('mutation-invalid', `The mutation cannot be sent: ${why}`, 'Correct it.', {
        field: 'mutation',
    });
}

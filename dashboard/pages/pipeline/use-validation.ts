import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { useEffect, useMemo, useState } from 'react';
import { placed, syntaxProblem, type TextProblem } from '../../editor/text-problem';
import { validatePipelineDocument } from '../../gql/pipelines';

const quietMs = 400;

export interface Validation {
    problems: TextProblem[];
    /** What the text says; while it says nothing, what it said last. */
    definition: unknown;
    /** Whether the problems are those of the text as it is now. */
    isCurrent: boolean;
}

/** What is wrong with a text, asked a moment after somebody has stopped typing. */
export function useValidation(text: string): Validation {
    const [settled, setSettled] = useState(text);
    const [definition, setDefinition] = useState<unknown>(() => parsed(text));
    useEffect(() => {
        if (text === settled) return undefined;
        const timer = setTimeout(() => setSettled(text), quietMs);
        return () => clearTimeout(timer);
    }, [text, settled]);
    const syntax = useMemo(() => syntaxProblem(settled), [settled]);
    useEffect(() => {
        if (!syntax) setDefinition(parsed(settled));
    }, [settled, syntax]);
    const { data, isPlaceholderData } = useQuery({
        queryKey: ['data-hub-validation', settled],
        queryFn: () => api.query(validatePipelineDocument, { definition: parsed(settled) }),
        enabled: !syntax && parsed(settled) !== null,
        placeholderData: keepPreviousData,
        gcTime: 0,
    });
    const problems = useMemo(
        () => (syntax ? [syntax] : placed(settled, data?.validateDataHubPipeline ?? [])),
        [syntax, settled, data],
    );
    return { problems, definition, isCurrent: text === settled && (!!syntax || (!!data && !isPlaceholderData)) };
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}

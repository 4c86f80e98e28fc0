import { useLingui } from '@lingui/react/macro';
import type { Sentence } from '../gql/sentence';

/** Says in the user's language what the server says in English. What other plugins bring along stays as it is. */
export function useServerText() {
    const { i18n } = useLingui();
    const text = (english: string) => (english in i18n.messages ? i18n._(english) : english);
    const sentence = ({ template, values, text: english }: Sentence) =>
        template in i18n.messages ? i18n._(template, values as Record<string, unknown>) : english;
    return { text, sentences: (said: readonly Sentence[]) => said.map(sentence).join(' ') };
}

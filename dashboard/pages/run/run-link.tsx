import { Trans } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';

/** Another run, named in a sentence. */
export function RunLink({ id }: Readonly<{ id: string }>) {
    return (
        <Link className="font-medium underline underline-offset-2" to="/data-hub/runs/$id" params={{ id }}>
            <Trans>run {id}</Trans>
        </Link>
    );
}

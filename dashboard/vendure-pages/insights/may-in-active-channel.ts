import { api, DEFAULT_CHANNEL_CODE, LS_KEY_SELECTED_CHANNEL_TOKEN } from '@vendure/dashboard';

interface Me {
    me: { channels: { code: string; token: string; permissions: string[] }[] } | null;
}

/** For what is asked outside of components, where no hook can be called. False for those who are not logged in. */
export async function mayInActiveChannel(permission: string): Promise<boolean> {
    const { me } = await api.query<Me>('query DataHubMe { me { channels { code token permissions } } }');
    const token = localStorage.getItem(LS_KEY_SELECTED_CHANNEL_TOKEN);
    const active = me?.channels.find(channel =>
        token === null ? channel.code === DEFAULT_CHANNEL_CODE : channel.token === token,
    );
    return active?.permissions.includes(permission) ?? false;
}

/** People in GitHub's shapes. */

import type { UserRecord } from "../store/records.ts";
import { userNodeId } from "../store/store.ts";
import type { World } from "../world.ts";

/** `simple-user` */
export function simpleUser(world: World, user: UserRecord) {
  const api = `${world.urls.api}/users/${encodeURIComponent(user.login)}`;
  const page =
    user.type === "Bot" ? `apps/${user.login.replace("[bot]", "")}` : encodeURIComponent(user.login);
  return {
    login: user.login,
    id: user.id,
    node_id: userNodeId(user),
    avatar_url: `${world.urls.server}/avatars/u/${user.id}`,
    gravatar_id: "",
    url: api,
    html_url: `${world.urls.server}/${page}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: user.type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** `public-user` */
export function publicUser(world: World, user: UserRecord) {
  return {
    ...simpleUser(world, user),
    name: user.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: world.store.repositories.filter((one) => one.owner === user && one.visibility === "public")
      .length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}

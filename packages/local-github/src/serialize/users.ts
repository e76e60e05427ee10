/** People and Apps in GitHub's shapes. */

import { nodeId } from "../store/node-id.ts";
import type { UserRecord } from "../store/records.ts";
import { ACTIONS_APP_ID, userNodeId } from "../store/store.ts";
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

/** The App behind every job token (`integration`). */
export function actionsApp(world: World) {
  const owner = {
    ...simpleUser(world, {
      id: 9919,
      login: "github",
      type: "Organization",
      name: "GitHub",
      createdAt: "2008-05-11T04:37:31Z",
    }),
  };
  return {
    id: ACTIONS_APP_ID,
    client_id: "Iv1.05c79e9ad1f6bdfa",
    slug: "github-actions",
    node_id: nodeId("App", ACTIONS_APP_ID),
    owner,
    name: "GitHub Actions",
    description: "Automate your workflow from idea to production",
    external_url: "https://help.github.com/en/actions",
    html_url: `${world.urls.server}/apps/github-actions`,
    created_at: "2018-07-30T09:30:17Z",
    updated_at: "2024-04-10T20:33:16Z",
    permissions: {
      actions: "write",
      checks: "write",
      contents: "write",
      issues: "write",
      metadata: "read",
      pull_requests: "write",
      statuses: "write",
    },
    events: ["push", "pull_request", "repository_dispatch", "workflow_dispatch"],
  };
}

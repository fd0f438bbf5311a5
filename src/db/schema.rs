//! The tables, with types that SQLite and PostgreSQL share. Kept by hand; a test compares it with both databases.

diesel::table! {
    settings (key) {
        key -> Text,
        value -> Text,
        sealed -> Bool,
        from_file -> Bool,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    people (id) {
        id -> BigInt,
        name -> Text,
        email -> Nullable<Text>,
        username -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        role -> Text,
        plex_id -> Nullable<BigInt>,
        plex_username -> Nullable<Text>,
        plex_token -> Nullable<Text>,
        thumb -> Nullable<Text>,
        is_owner -> Bool,
        home -> Bool,
        restricted -> Bool,
        theme -> Text,
        missed_reads -> Integer,
        gone_at -> Nullable<Timestamp>,
        last_seen_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        invited -> Bool,
        notes -> Text,
        keep -> Bool,
        missed_at -> Nullable<Timestamp>,
        limits_kept_at -> Nullable<Timestamp>,
        email_confirmed_at -> Nullable<Timestamp>,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        person_id -> BigInt,
        kind -> Text,
        user_agent -> Nullable<Text>,
        address -> Nullable<Text>,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_keys (id) {
        id -> BigInt,
        person_id -> BigInt,
        name -> Text,
        scope -> Text,
        hash -> Text,
        prefix -> Text,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    plex_sign_ins (id) {
        id -> Text,
        pin_id -> BigInt,
        code -> Text,
        purpose -> Text,
        return_to -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        asking_until -> Nullable<Timestamp>,
        verdict -> Nullable<Text>,
        person_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    link_uses (token_hash) {
        token_hash -> Text,
        purpose -> Text,
        used_at -> Timestamp,
    }
}

diesel::table! {
    notice_choices (person_id, event) {
        person_id -> BigInt,
        event -> Text,
        by_mail -> Bool,
    }
}

diesel::table! {
    servers (id) {
        id -> BigInt,
        name -> Text,
        url -> Text,
        token -> Text,
        machine_id -> Nullable<Text>,
        version -> Nullable<Text>,
        owner_plex_id -> Nullable<BigInt>,
        default_library -> Nullable<Text>,
        from_file -> Bool,
        position -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    libraries (id) {
        id -> BigInt,
        server_id -> BigInt,
        section_key -> Text,
        section_id -> Nullable<BigInt>,
        title -> Text,
        kind -> Text,
        agent -> Text,
        pass -> BigInt,
        cursor -> BigInt,
        cursor_kind -> Text,
        pass_total -> Nullable<BigInt>,
        last_total -> Nullable<BigInt>,
        episode_total -> Nullable<BigInt>,
        newest_at -> Nullable<Timestamp>,
        full_sync_at -> Nullable<Timestamp>,
        synced_at -> Nullable<Timestamp>,
        missed_reads -> Integer,
        gone_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    shares (id) {
        id -> BigInt,
        server_id -> BigInt,
        person_id -> BigInt,
        plex_share_id -> Nullable<BigInt>,
        accepted -> Bool,
        all_libraries -> Bool,
        invited_at -> Nullable<Timestamp>,
        accepted_at -> Nullable<Timestamp>,
        missed_reads -> Integer,
        updated_at -> Timestamp,
        settings -> Text,
        missed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    share_libraries (share_id, library_id) {
        share_id -> BigInt,
        library_id -> BigInt,
    }
}

diesel::table! {
    titles (id) {
        id -> BigInt,
        kind -> Text,
        tmdb_id -> Nullable<BigInt>,
        tvdb_id -> Nullable<BigInt>,
        imdb_id -> Nullable<Text>,
        title -> Text,
        original_title -> Nullable<Text>,
        sort_title -> Text,
        year -> Nullable<Integer>,
        overview -> Nullable<Text>,
        certification -> Nullable<Text>,
        genres -> Text,
        runtime_minutes -> Nullable<BigInt>,
        status -> Nullable<Text>,
        network -> Nullable<Text>,
        poster -> Nullable<Text>,
        release_date -> Nullable<Date>,
        search_text -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    copies (id) {
        id -> BigInt,
        server_id -> BigInt,
        library_id -> BigInt,
        title_id -> BigInt,
        rating_key -> Text,
        guid -> Nullable<Text>,
        thumb -> Nullable<Text>,
        is_4k -> Bool,
        leaf_count -> Nullable<BigInt>,
        added_at -> Timestamp,
        updated_at -> Nullable<Timestamp>,
        pass -> BigInt,
        missed_passes -> Integer,
        rating -> Nullable<Text>,
        age -> Integer,
    }
}

diesel::table! {
    episodes (copy_id, season, number) {
        copy_id -> BigInt,
        season -> Integer,
        number -> Integer,
        rating_key -> Text,
        added_at -> Timestamp,
        pass -> BigInt,
        missed_passes -> Integer,
        is_4k -> Bool,
    }
}

diesel::table! {
    search_words (word) {
        word -> Text,
    }
}

diesel::table! {
    search_variants (variant, word) {
        variant -> Text,
        word -> Text,
    }
}

diesel::table! {
    image_hosts (host) {
        host -> Text,
        learned_at -> Timestamp,
    }
}

diesel::table! {
    services (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        url -> Text,
        username -> Nullable<Text>,
        secret -> Nullable<Text>,
        is_4k -> Bool,
        is_default -> Bool,
        quality_profile_id -> Nullable<BigInt>,
        quality_profile -> Nullable<Text>,
        root_folder -> Nullable<Text>,
        tags -> Text,
        options -> Text,
        hook_secret -> Nullable<Text>,
        hook_hash -> Nullable<Text>,
        hook_id -> Nullable<BigInt>,
        from_file -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    service_offers (service_id) {
        service_id -> BigInt,
        profiles -> Text,
        root_folders -> Text,
        tags -> Text,
        read_at -> Timestamp,
        sizes -> Text,
        sizes_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    service_health (key) {
        key -> Text,
        name -> Text,
        up -> Bool,
        message -> Nullable<Text>,
        version -> Nullable<Text>,
        latency_ms -> Nullable<BigInt>,
        since -> Timestamp,
        checked_at -> Timestamp,
    }
}

diesel::table! {
    jobs (name) {
        name -> Text,
        schedule -> Text,
        enabled -> Bool,
        next_run_at -> Nullable<Timestamp>,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    runs (id) {
        id -> BigInt,
        job -> Text,
        state -> Text,
        cause -> Text,
        asked_by -> Nullable<BigInt>,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        done -> BigInt,
        total -> Nullable<BigInt>,
        current -> Nullable<Text>,
        result -> Text,
        error -> Nullable<Text>,
        lease_token -> Text,
        lease_until -> Timestamp,
    }
}

diesel::table! {
    requests (id) {
        id -> BigInt,
        title_id -> BigInt,
        kind -> Text,
        asker_id -> BigInt,
        scope -> Nullable<Text>,
        seasons -> Nullable<Text>,
        is_4k -> Bool,
        stage -> Text,
        lit_stage -> Text,
        cause -> Nullable<Text>,
        cause_detail -> Nullable<Text>,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
        service_id -> Nullable<BigInt>,
        quality_profile_id -> Nullable<BigInt>,
        root_folder -> Nullable<Text>,
        tags -> Nullable<Text>,
        arr_id -> Nullable<BigInt>,
        added_by_us -> Bool,
        estimated_bytes -> Nullable<BigInt>,
        searches -> Integer,
        attempts -> Integer,
        missed_reads -> Integer,
        wanted -> Nullable<Text>,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        stage_at -> Timestamp,
        checked_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    request_events (id) {
        id -> BigInt,
        request_id -> BigInt,
        stage -> Text,
        at -> Timestamp,
        note -> Nullable<Text>,
        actor_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    request_follows (request_id, person_id) {
        request_id -> BigInt,
        person_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    downloads (request_id, download_id) {
        request_id -> BigInt,
        download_id -> Text,
        name -> Text,
        state -> Text,
        size -> BigInt,
        size_left -> BigInt,
        speed -> Nullable<BigInt>,
        eta -> Nullable<Timestamp>,
        message -> Nullable<Text>,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Text,
        dedupe_key -> Text,
        lane -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        lease_token -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    activity (id) {
        id -> BigInt,
        at -> Timestamp,
        kind -> Text,
        actor_id -> Nullable<BigInt>,
        actor -> Text,
        person_id -> Nullable<BigInt>,
        request_id -> Nullable<BigInt>,
        subject -> Text,
        detail -> Nullable<Text>,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
    }
}

diesel::table! {
    groups (id) {
        id -> BigInt,
        name -> Text,
        note -> Text,
        position -> Integer,
        for_newcomers -> Bool,
        requests_movies -> Bool,
        requests_series -> Bool,
        requests_4k -> Bool,
        auto_approve -> Bool,
        sees_requests -> Bool,
        movie_quota -> Nullable<Integer>,
        season_quota -> Nullable<Integer>,
        allow_sync -> Bool,
        allow_camera_upload -> Bool,
        allow_tuners -> Bool,
        ceiling -> Nullable<Integer>,
        starts_at -> Nullable<Timestamp>,
        ends_at -> Nullable<Timestamp>,
        weekly -> Text,
        rules -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        guests -> Integer,
        for_guests -> Bool,
        stay -> Text,
    }
}

diesel::table! {
    group_libraries (group_id, library_id) {
        group_id -> BigInt,
        library_id -> BigInt,
    }
}

diesel::table! {
    group_members (group_id, person_id) {
        group_id -> BigInt,
        person_id -> BigInt,
        since -> Timestamp,
    }
}

diesel::table! {
    grants (id) {
        id -> BigInt,
        person_id -> BigInt,
        library_id -> BigInt,
        starts_at -> Nullable<Timestamp>,
        ends_at -> Nullable<Timestamp>,
        weekly -> Text,
        note -> Text,
        granted_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    exclusions (person_id, library_id) {
        person_id -> BigInt,
        library_id -> BigInt,
        excluded_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sent_shares (person_id, server_id) {
        person_id -> BigInt,
        server_id -> BigInt,
        given -> Text,
        sent_at -> Timestamp,
    }
}

diesel::table! {
    spared_changes (person_id, server_id) {
        person_id -> BigInt,
        server_id -> BigInt,
        given -> Text,
        spared_at -> Timestamp,
    }
}

diesel::table! {
    access_batches (id) {
        id -> BigInt,
        cause -> Text,
        made_by -> Nullable<BigInt>,
        made_at -> Timestamp,
        undoes -> Nullable<BigInt>,
    }
}

diesel::table! {
    access_changes (id) {
        id -> BigInt,
        batch_id -> BigInt,
        person_id -> BigInt,
        server_id -> BigInt,
        state -> Text,
        before -> Text,
        after -> Text,
        error -> Nullable<Text>,
        attempt -> Integer,
        finished_at -> Nullable<Timestamp>,
        wrote_over -> Nullable<Text>,
        stopping -> Bool,
        refusal -> Nullable<Text>,
    }
}

diesel::table! {
    mail_changes (person_id) {
        person_id -> BigInt,
        old_email -> Nullable<Text>,
        new_email -> Text,
        mark -> Text,
        asked_at -> Timestamp,
    }
}

diesel::table! {
    memberships (person_id) {
        person_id -> BigInt,
        ends_at -> Nullable<Timestamp>,
        paused_at -> Nullable<Timestamp>,
        asked_at -> Nullable<Timestamp>,
        told_days -> Nullable<Integer>,
        granted -> Integer,
    }
}

diesel::table! {
    merges (id) {
        id -> BigInt,
        person_id -> BigInt,
        name -> Text,
        moved -> Text,
        merged_by -> Nullable<BigInt>,
        merged_at -> Timestamp,
    }
}

diesel::table! {
    invites (id) {
        id -> BigInt,
        code -> Text,
        label -> Text,
        note -> Text,
        gives -> Text,
        allow_sync -> Bool,
        allow_camera_upload -> Bool,
        allow_tuners -> Bool,
        uses -> Nullable<Integer>,
        used -> Integer,
        expires_at -> Nullable<Timestamp>,
        paused -> Bool,
        made_by -> Nullable<BigInt>,
        made_at -> Timestamp,
        updated_at -> Timestamp,
        stay -> Text,
        home -> Bool,
        by_member -> Bool,
    }
}

diesel::table! {
    invite_groups (invite_id, group_id) {
        invite_id -> BigInt,
        group_id -> BigInt,
    }
}

diesel::table! {
    invite_libraries (invite_id, library_id) {
        invite_id -> BigInt,
        library_id -> BigInt,
    }
}

diesel::table! {
    invite_uses (id) {
        id -> BigInt,
        invite_id -> Nullable<BigInt>,
        plex_id -> BigInt,
        person_id -> Nullable<BigInt>,
        name -> Text,
        state -> Text,
        refusal -> Nullable<Text>,
        batch_id -> Nullable<BigInt>,
        began_at -> Timestamp,
        changed_at -> Timestamp,
        is_newcomer -> Bool,
        home_state -> Nullable<Text>,
        home_refusal -> Nullable<Text>,
        home_said -> Nullable<Text>,
        invited_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    invite_mails (id) {
        id -> BigInt,
        invite_id -> BigInt,
        address -> Text,
        state -> Text,
        fault -> Nullable<Text>,
        asked_by -> Nullable<BigInt>,
        asked_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    guests (id) {
        id -> Text,
        plex_id -> BigInt,
        uuid -> Nullable<Text>,
        username -> Nullable<Text>,
        email -> Nullable<Text>,
        name -> Text,
        thumb -> Nullable<Text>,
        token -> Text,
        signed_in_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    ask_links (id) {
        id -> BigInt,
        code -> Text,
        label -> Text,
        expires_at -> Nullable<Timestamp>,
        paused -> Bool,
        made_by -> Nullable<BigInt>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    ask_link_groups (link_id, group_id) {
        link_id -> BigInt,
        group_id -> BigInt,
    }
}

diesel::table! {
    removals (id) {
        id -> BigInt,
        person_id -> BigInt,
        way -> Text,
        state -> Text,
        problem -> Nullable<Text>,
        attempt -> Integer,
        made_by -> Nullable<BigInt>,
        made_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        closed -> Bool,
        before_ends_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    access_requests (id) {
        id -> BigInt,
        link_id -> Nullable<BigInt>,
        name -> Text,
        email -> Text,
        message -> Text,
        state -> Text,
        asked_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        invite_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    person_flags (person_id) {
        person_id -> BigInt,
        allow_sync -> Bool,
        allow_camera_upload -> Bool,
        allow_tuners -> Bool,
    }
}

diesel::table! {
    welcome_pages (id) {
        id -> BigInt,
        title -> Text,
        body -> Text,
        position -> Integer,
        gate_label -> Nullable<Text>,
        gate_url -> Nullable<Text>,
        for_everybody -> Bool,
        enabled -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    welcome_page_invites (page_id, invite_id) {
        page_id -> BigInt,
        invite_id -> BigInt,
    }
}

diesel::table! {
    welcome_reads (person_id, page_id) {
        person_id -> BigInt,
        page_id -> BigInt,
        pressed_at -> Nullable<Timestamp>,
        read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    welcome_pictures (id) {
        id -> BigInt,
        name -> Text,
        format -> Text,
        bytes -> BigInt,
        content -> Text,
        added_at -> Timestamp,
    }
}

diesel::joinable!(sessions -> people (person_id));
diesel::joinable!(api_keys -> people (person_id));
diesel::joinable!(notice_choices -> people (person_id));
diesel::joinable!(libraries -> servers (server_id));
diesel::joinable!(shares -> servers (server_id));
diesel::joinable!(shares -> people (person_id));
diesel::joinable!(share_libraries -> shares (share_id));
diesel::joinable!(share_libraries -> libraries (library_id));
diesel::joinable!(copies -> servers (server_id));
diesel::joinable!(copies -> libraries (library_id));
diesel::joinable!(copies -> titles (title_id));
diesel::joinable!(episodes -> copies (copy_id));
diesel::joinable!(service_offers -> services (service_id));
diesel::joinable!(runs -> people (asked_by));
diesel::joinable!(requests -> titles (title_id));
diesel::joinable!(requests -> services (service_id));
diesel::joinable!(request_events -> requests (request_id));
diesel::joinable!(request_events -> people (actor_id));
diesel::joinable!(request_follows -> requests (request_id));
diesel::joinable!(request_follows -> people (person_id));
diesel::joinable!(downloads -> requests (request_id));
diesel::joinable!(activity -> requests (request_id));
diesel::joinable!(group_libraries -> groups (group_id));
diesel::joinable!(group_members -> groups (group_id));
diesel::joinable!(group_members -> people (person_id));
diesel::joinable!(grants -> people (person_id));
diesel::joinable!(grants -> libraries (library_id));
diesel::joinable!(access_changes -> access_batches (batch_id));
diesel::joinable!(access_changes -> people (person_id));
diesel::joinable!(access_requests -> invites (invite_id));

diesel::allow_tables_to_appear_in_same_query!(
    access_batches,
    access_changes,
    access_requests,
    activity,
    api_keys,
    ask_link_groups,
    ask_links,
    copies,
    downloads,
    episodes,
    exclusions,
    grants,
    group_libraries,
    group_members,
    groups,
    guests,
    image_hosts,
    invite_groups,
    invite_libraries,
    invite_mails,
    invite_uses,
    invites,
    jobs,
    libraries,
    mail_changes,
    memberships,
    link_uses,
    merges,
    notice_choices,
    outbox,
    people,
    person_flags,
    plex_sign_ins,
    removals,
    request_events,
    request_follows,
    requests,
    runs,
    search_variants,
    search_words,
    sent_shares,
    servers,
    service_health,
    service_offers,
    services,
    sessions,
    settings,
    share_libraries,
    shares,
    spared_changes,
    titles,
    welcome_page_invites,
    welcome_pages,
    welcome_pictures,
    welcome_reads,
);

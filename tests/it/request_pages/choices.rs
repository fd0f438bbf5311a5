//! Where a request goes and in which quality: chosen by hand, and gone from the service meanwhile.

use super::*;

#[tokio::test]
async fn exactly_what_was_chosen_is_kept_and_many_are_decided_at_once() {
    let test = house().await;
    let priya = test.as_role(Role::Requester).await;
    let (one, two) = (ask(&priya, KESTREL, "").await, ask(&priya, VELVET_STATIC, "").await);
    let admin = test.as_admin().await;
    let edit = format!("/admin/requests/{}/edit", id(&one));
    let service =
        test.app().db.read(|conn| usherr::db::services::of_kind(conn, usherr::domain::service::ServiceKind::Radarr));
    let service = service.await.unwrap().remove(0);
    let offers = test
        .app()
        .db
        .read({
            let id = service.id;
            move |conn| usherr::db::services::offers(conn, id)
        })
        .await;
    let offers = offers.unwrap().expect("read by service_health");
    let (profile, folder) = (offers.profiles.last().unwrap(), offers.root_folders.last().unwrap());
    plain(admin.get(&edit).await.is(200).has(&folder.path).has(&profile.name).has("Save and approve"));
    let (service_id, profile_id) = (service.id.to_string(), profile.id.to_string());
    let wrong = [("service_id", service_id.as_str()), ("quality_profile_id", "98765"), ("root_folder", &folder.path)];
    admin.post(&edit, &wrong).await.is(422).has("That quality is not there any more.");
    let right =
        [("service_id", service_id.as_str()), ("quality_profile_id", &profile_id), ("root_folder", &folder.path)];
    admin.post(&edit, &right).await.is(303);
    let kept = row(&test, &one).await;
    assert_eq!((kept.stage, kept.choice.quality_profile_id), (Stage::Asked, Some(profile.id)));
    assert_eq!(kept.choice.root_folder.as_deref(), Some(folder.path.as_str()));

    let ticks = [id(&one).to_string(), id(&two).to_string()];
    let ticks = [("request", ticks[0].as_str()), ("request", ticks[1].as_str())];
    admin.post("/admin/requests/decline", &ticks).await.is(200).has("Decline 2 requests").has("Kestrel");
    admin.post("/admin/requests/approval", &ticks[..1]).await.is(303);
    let all = [&ticks[..], &[("sure", "1"), ("why", "no_room")]].concat();
    let done = admin.post("/admin/requests/decline", &all).await.is(303);
    admin.follow(&done).await.has("2 declined.");
    assert_eq!(row(&test, &two).await.stage, Stage::Declined);
    close(test).await;
}

async fn set_up_radarr(test: &TestApp, change: fn(&mut Service)) {
    let now = test.app().now();
    let write = test.app().db.write(move |tx| {
        let mut radarr = services::of_kind(tx, ServiceKind::Radarr)?.remove(0);
        change(&mut radarr);
        services::save(tx, &radarr, now)
    });
    write.await.unwrap();
}

#[tokio::test]
async fn what_a_service_has_no_more_is_said_before_it_is_sent() {
    let test = house().await;
    let (priya, admin) = (test.as_role(Role::Requester).await, test.as_admin().await);
    let path = ask(&priya, KESTREL, "").await;
    let id = id(&path);
    let approve = async || {
        let reply = admin.post(&format!("/admin/requests/{id}/approval"), &[]).await.is(303);
        admin.follow(&reply).await.is(200)
    };
    set_up_radarr(&test, |radarr| radarr.tags = vec![4711]).await;
    approve().await.has("Nothing was changed. A tag that was set is not there any more.");
    admin.get(&format!("/admin/requests/{id}/edit")).await.has("Saving leaves it out.");
    set_up_radarr(&test, |radarr| {
        radarr.tags.clear();
        radarr.root_folder = Some("/gone".to_owned());
    })
    .await;
    approve().await.has("Nothing was changed. That folder is not there any more.");
    let many = admin.post("/admin/requests/approval", &[("request", &id.to_string())]).await.is(303);
    admin.follow(&many).await.has("0 approved. 1 was left as it is: That folder is not there any more.");
    assert_eq!(row(&test, &path).await.stage, Stage::Asked);
    assert!(test.world.radarr().added().is_empty(), "nothing went out");
    close(test).await;
}

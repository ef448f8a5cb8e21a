//! What is cut out of a text, and what stays.

use super::*;

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(redact_text(text), *expected, "{text}");
        assert_eq!(redact_text(expected), *expected, "again: {text}");
    }
}

#[test]
fn tokens_keep_their_header() {
    check(&[
        ("eyJhbGciOi.eyJzdWIi.c2ln", "eyJhbGciOi.<redacted>"),
        ("x eyJhbGciOi.eyJzdWIi y", "x eyJhbGciOi.<redacted> y"),
        (
            "Bearer eyJhbGciOi.eyJzdWIi.c2ln",
            "Bearer eyJhbGciOi.<redacted>",
        ),
        ("keyJ and eyJhbGciOi", "keyJ and eyJhbGciOi"),
    ]);
}

#[test]
fn headers_and_flags_lose_their_value() {
    check(&[
        (
            "Authorization: Bearer abc def",
            "Authorization: Bearer <redacted> def",
        ),
        (
            "-H 'Authorization: Digest a=b, c=d' u",
            "-H 'Authorization: Digest <redacted>' u",
        ),
        ("authorization:abc", "authorization:<redacted>"),
        ("kubectl --token abc get", "kubectl --token <redacted> get"),
        ("kubectl --token=abc get", "kubectl --token=<redacted> get"),
        (
            "docker run -e PW=x -eA=b --env=C=d i",
            "docker run -e PW=<redacted> -eA=<redacted> --env=C=<redacted> i",
        ),
        (
            r#"{"reason":"Bearer abc"}"#,
            r#"{"reason":"Bearer <redacted>"}"#,
        ),
        (r#"["--token abc"]"#, r#"["--token <redacted>"]"#),
        ("invalid bearer token, x", "invalid bearer token, x"),
    ]);
}

#[test]
fn pairs_and_urls_lose_their_value() {
    check(&[
        ("client-key-data: abc\n", "client-key-data: <redacted>\n"),
        (
            r#"{"token":"a b","x":1}"#,
            r#"{"token":"<redacted>","x":1}"#,
        ),
        (
            r#"{\"password\":\"ab\"}"#,
            r#"{\"password\":\"<redacted>\"}"#,
        ),
        ("/x?access_token=abc", "/x?access_token=<redacted>"),
        (
            "postgres://app:pw@db:5432/a",
            "postgres://app:<redacted>@db:5432/a",
        ),
        ("https://host:6443/a", "https://host:6443/a"),
    ]);
}

#[test]
fn names_are_not_secrets() {
    for text in [
        "system:serviceaccount:vault-token:default",
        "TOKEN=$(cat /run/token); curl $URL",
        "RBAC: allowed by ClusterRoleBinding \"a/b\" of Role \"secret\"",
        "metadata.name=default-token",
    ] {
        assert_eq!(redact_text(text), text);
    }
}

#[test]
fn long_texts_take_linear_time() {
    // A quadratic pass over these would take minutes.
    for unit in [
        "eyJ",
        "a=",
        "-e",
        "token:",
        "eyJ.",
        "ZXlK",
        "://",
        "://a:",
        "Bearer",
        "--token ",
        "authorization:",
        "'",
        "a\u{1f}",
        "mysql -p",
        ",-ua:'",
        "-u a:",
        "password ",
        "cookie: a=b; ",
        "cookie:;",
        "%25",
        "ghp_",
        "ghp_aaaaaaaaaaaaaaa ",
        "a\\ ",
        "token]=",
        "curl -sSu ",
        "curl -b a=b; ",
        "curl -",
        "curl -sSua ",
        "echo ",
        "echo 'a | chpasswd ",
        "data:{",
        "data:{\\\"",
        "command=",
        "a='",
        "vault kv put a=b ",
        "vault login ",
        "htpasswd -b ",
        "smbclient -U a%",
    ] {
        let text = unit.repeat(2_000_000 / unit.len());
        assert!(redact_text(&text).len() <= text.len() * 4);
        let list = arguments([&*text, &*text].into_iter());
        assert_eq!(list.split(ARGUMENT_END).count(), 2);
    }
}

#[test]
fn an_argument_is_a_secret_as_a_whole() {
    let list = [
        "env",
        "-e",
        "A=b 'c",
        "sh",
        "-c",
        "TOKEN=x; id",
        "--token",
        "a b",
    ];
    let clean = arguments(list.into_iter());
    assert_eq!(
        clean.split(ARGUMENT_END).collect::<Vec<_>>(),
        [
            "env",
            "-e",
            "A=<redacted>",
            "sh",
            "-c",
            "TOKEN=<redacted> id",
            "--token",
            "<redacted>"
        ]
    );
}

#[test]
fn other_spellings_lose_their_value() {
    check(&[
        (
            "aws_secret_access_key = s\n",
            "aws_secret_access_key = <redacted>\n",
        ),
        (r#"{"password" : "a b"}"#, r#"{"password" : "<redacted>"}"#),
        ("password : s x", "password : <redacted> x"),
        (
            "authorization : Bearer s x",
            "authorization : Bearer <redacted> x",
        ),
        ("password:s", "password:<redacted>"),
        (
            "curl -H X-Vault-Token:s u",
            "curl -H X-Vault-Token:<redacted> u",
        ),
        (
            "curl -HPRIVATE-TOKEN:s u",
            "curl -HPRIVATE-TOKEN:<redacted> u",
        ),
        ("-H Api-Key:s u", "-H Api-Key:<redacted> u"),
        (
            r"-H Authorization:\ Bearer\ s u",
            r"-H Authorization:\ <redacted> u",
        ),
        (
            r"Authorization: Bearer\ s u",
            r"Authorization: Bearer\ <redacted> u",
        ),
        (r"PASSWORD=a\ s u", "PASSWORD=<redacted> u"),
        ("curl -u bob:s u", "curl -u bob:<redacted> u"),
        ("curl -u 'bob:a s' u", "curl -u 'bob:<redacted>' u"),
        ("curl -ubob:s u", "curl -ubob:<redacted> u"),
        ("curl --user bob:s u", "curl --user bob:<redacted> u"),
        ("curl --user=bob:s u", "curl --user=bob:<redacted> u"),
        ("x --pass s u", "x --pass <redacted> u"),
        ("mysql -u root -ps db", "mysql -u root -p<redacted> db"),
        (
            "/usr/bin/mysqldump '-pa s' db",
            "/usr/bin/mysqldump '-p<redacted>' db",
        ),
        (
            "sshpass -p s ssh -p 22 h",
            "sshpass -p <redacted> ssh -p 22 h",
        ),
        (
            "sshpass -ps ssh -p 22 h",
            "sshpass -p<redacted> ssh -p 22 h",
        ),
        (
            "docker login -u a -p s && docker run -p 80",
            "docker login -u a -p <redacted> && docker run -p 80",
        ),
        ("redis-cli -a s keys", "redis-cli -a <redacted> keys"),
        (
            "docker build --build-arg PW=s .",
            "docker build --build-arg PW=<redacted> .",
        ),
        (
            "docker build --build-arg=PW=s .",
            "docker build --build-arg=PW=<redacted> .",
        ),
        ("docker run -itePW=s i", "docker run -itePW=<redacted> i"),
        (
            r#"docker run --env "PW=s t" -e 'A=b c' i"#,
            r#"docker run --env "PW=<redacted>" -e 'A=<redacted>' i"#,
        ),
        (
            r#"{"a":"run -e \"PW=s t\" i"}"#,
            r#"{"a":"run -e \"PW=<redacted>\" i"}"#,
        ),
        ("agent -psk s run", "agent -psk <redacted> run"),
        ("ssid=a psk=s", "ssid=a psk=<redacted>"),
        ("docker run -ite PW=s i", "docker run -ite PW=<redacted> i"),
        ("Cookie: a=s; b=s u", "Cookie: <redacted> u"),
        ("-H 'Set-Cookie:a=s; b' u", "-H 'Set-Cookie:<redacted> b' u"),
        ("/x?token[]=s", "/x?token[]=<redacted>"),
        (
            "auth=s pass=s pwd=s sig=s",
            "auth=<redacted> pass=<redacted> pwd=<redacted> sig=<redacted>",
        ),
        ("X-Amz-Signature=s", "X-Amz-Signature=<redacted>"),
        ("/run%3Ftoken%3Ds x", "/run%3Ftoken%3D<redacted> x"),
        (r#"{"auth":"s"}"#, r#"{"auth":"<redacted>"}"#),
    ]);
}

#[test]
fn tokens_of_vendors_keep_their_beginning() {
    let rest = "A1b2C3d4E5f6G7h8I9";
    for start in ["ghp_", "github_pat_", "glpat-", "xoxb-", "sk_live_", "AIza"] {
        let (text, clean) = (
            format!("see {start}{rest}!"),
            format!("see {start}<redacted>!"),
        );
        check(&[(&text, &clean)]);
        let alone = format!("{start}{rest}");
        assert_eq!(redact_text(&alone), format!("{start}<redacted>"));
    }
}

#[test]
fn evidence_stays() {
    for text in [
        "cat /var/run/secrets/kubernetes.io/serviceaccount/token",
        "sh -c cat /var/run/secrets/kubernetes.io/serviceaccount/token | base64",
        "kubectl get secrets -A -o jsonpath={.items[*].data.token}",
        "kubectl create token default --duration 10h",
        "kube-controller-manager --token-ttl 5m --authentication-token-webhook",
        "kubectl exec mysql-0 -p -- id",
        "kubectl logs login-7f9c -p -c web",
        "docker run -u 1000:1000 --user system:admin i",
        "date -u +%H:%M",
        "env PWD=/tmp OLDPWD=/ id",
        "kubectl auth can-i list secrets",
        "[?(@.token == \"x\")]",
        "system:controller:token-cleaner",
        "system:serviceaccount:kube-system:token",
        "curl -H X-Token:$(cat /run/token) -unix:/run/x.sock",
        "author=a bypass=b compass=c config=d",
        "/api/v1/namespaces/a/serviceaccounts/b/token",
        "/api/v1/namespaces/a/secrets/ghp_short",
        "registry/token:latest",
        "npm_config_cache_location_of_it",
    ] {
        assert_eq!(redact_text(text), text);
    }
}

#[test]
fn commands_say_what_their_flags_mean() {
    check(&[
        (
            "crictl pull --creds bob:s i",
            "crictl pull --creds bob:<redacted> i",
        ),
        ("crictl pull --auth s i", "crictl pull --auth <redacted> i"),
        (
            "skopeo copy --src-creds bob:s --dest-creds b:s x",
            "skopeo copy --src-creds bob:<redacted> --dest-creds b:<redacted> x",
        ),
        (
            "podman pull --creds=bob:s i",
            "podman pull --creds=bob:<redacted> i",
        ),
        ("docker run -Pe A=s i", "docker run -Pe A=<redacted> i"),
        ("curl -sSu bob:s u", "curl -sSu bob:<redacted> u"),
        ("curl -sSubob:s u", "curl -sSubob:<redacted> u"),
        (
            "curl -u bob:s -U eve:s u",
            "curl -u bob:<redacted> -U eve:<redacted> u",
        ),
        (
            "curl --oauth2-bearer s u",
            "curl --oauth2-bearer <redacted> u",
        ),
        ("curl -b a=s u", "curl -b a=<redacted> u"),
        ("curl -b 'a=s; b=s' u", "curl -b 'a=<redacted>' u"),
        ("vault login s", "vault login <redacted>"),
        (
            "vault login -no-print s",
            "vault login -no-print <redacted>",
        ),
        ("mongosh -u a -p s db", "mongosh -u a -p <redacted> db"),
        (
            "ldapsearch -x -w s -b dc=a",
            "ldapsearch -x -w <redacted> -b dc=a",
        ),
        ("ldapsearch -xw s", "ldapsearch -xw <redacted>"),
        (
            "smbclient -U bob%s //h/c",
            "smbclient -U bob%<redacted> //h/c",
        ),
        (
            "smbclient -Ubob%s //h/c",
            "smbclient -Ubob%<redacted> //h/c",
        ),
        (
            "smbclient -U 'bob%a s' //h/c",
            "smbclient -U 'bob%<redacted>' //h/c",
        ),
        (
            "ldappasswd -w s -s s bob",
            "ldappasswd -w <redacted> -s <redacted> bob",
        ),
        (
            "sudo -u a curl -Lu 'bob:a s' u",
            "sudo -u a curl -Lu 'bob:<redacted>' u",
        ),
        (
            "vault login -method=x password=s",
            "vault login -method=x <redacted>",
        ),
        ("openssl enc -k s -in f", "openssl enc -k <redacted> -in f"),
        (
            "openssl rsa -passin pass:s -in f",
            "openssl rsa -passin pass:<redacted> -in f",
        ),
        (
            "openssl enc -pass pass:s",
            "openssl enc -pass pass:<redacted>",
        ),
        ("htpasswd -b f bob s", "htpasswd -b f bob <redacted>"),
        ("htpasswd -nb bob s", "htpasswd -nb bob <redacted>"),
        (
            "htpasswd -B -C 10 -cb f bob s",
            "htpasswd -B -C 10 -cb f bob <redacted>",
        ),
        ("useradd -mp s bob", "useradd -mp <redacted> bob"),
        ("usermod -p s bob", "usermod -p <redacted> bob"),
        ("PGPASSWORD=s psql", "PGPASSWORD=<redacted> psql"),
    ]);
}

#[test]
fn other_flags_of_those_commands_stay() {
    for text in [
        "curl -sb jar.txt https://h",
        "curl -fsSL -o f https://h:6443/api",
        "openssl req -key f -keyout g -newkey rsa:2048",
        "vault token lookup",
        "vault login -",
        "htpasswd f bob",
        "smbclient -U bob //h/c",
        "useradd -m bob",
        "crictl exec a id; x --auth b",
    ] {
        assert_eq!(redact_text(text), text);
    }
}

#[test]
fn a_list_of_a_command_loses_its_secrets_too() {
    for (list, expected) in [
        (
            &["curl", "-b", "a=s; b=s", "u"][..],
            &["curl", "-b", "a=<redacted>", "u"][..],
        ),
        (
            &["curl", "-sSu", "bob:a s", "u"],
            &["curl", "-sSu", "bob:<redacted>", "u"],
        ),
        (
            &["vault", "login", "a s"],
            &["vault", "login", "<redacted>"],
        ),
        (
            &["htpasswd", "-b", "f", "bob", "a s"],
            &["htpasswd", "-b", "f", "bob", "<redacted>"],
        ),
    ] {
        let clean = arguments(list.iter().copied());
        assert_eq!(clean.split(ARGUMENT_END).collect::<Vec<_>>(), expected);
        let again = arguments(clean.split(ARGUMENT_END));
        assert_eq!(again, clean);
    }
}

#[test]
fn a_secret_whose_end_is_missing_is_one() {
    for (list, expected) in [
        (
            &["curl", "https://bob:s"][..],
            "curl https://bob:<redacted>",
        ),
        (&["curl", "https://bob:12"], "curl https://bob:<redacted>"),
        (
            &["sh", "-c", "curl https://bob:s"],
            "sh -c curl https://bob:<redacted>",
        ),
        (&["kubectl", "--token", "s"], "kubectl --token <redacted>"),
        (&["x", "ghp_ab"], "x ghp_<redacted>"),
        (&["dockerd", "tcp://0.0.0.0:23"], "dockerd tcp://0.0.0.0:23"),
        (
            &["curl", "https://h:6443/a", "x"],
            "curl https://h:6443/a x",
        ),
        (&["curl", "https://bob:s", "x"], "curl https://bob:s x"),
    ] {
        let clean = cut_arguments(list.iter().copied());
        assert_eq!(clean.replace(ARGUMENT_END, " "), expected);
        let again = cut_arguments(clean.split(ARGUMENT_END));
        assert_eq!(again, clean);
    }
    assert_eq!(arguments(["https://bob:s"].into_iter()), "https://bob:s");
}

#[test]
fn twice_is_once_for_every_three_words() {
    let words = [
        "curl",
        "vault",
        "login",
        "htpasswd",
        "smbclient",
        "openssl",
        "mongo",
        "mysql",
        "sshpass",
        "-b",
        "-nb",
        "-C",
        "-u",
        "-sSu",
        "-sSuq:s",
        "-p",
        "-ps",
        "-Ua%s",
        "-U",
        "-k",
        "-e",
        "'",
        "'a=s;",
        "b=s'",
        "a=s;",
        "bob:s",
        "bob%s",
        "s",
        "&&",
        "--creds",
        "--token",
        "password",
        "=",
        ":",
        "Cookie:",
        "echo",
        "|",
        "--password-stdin",
        "put",
        "command=vault",
        "data:{",
        "}",
        "secret",
        "k='a",
        "X-A-Key:",
        "https://a:s@h",
        "\"-u",
    ];
    let mut count = 0;
    for a in words {
        for b in words {
            for c in words {
                let text = format!("{a} {b} {c} t");
                let once = redact_text(&text).into_owned();
                assert_eq!(redact_text(&once), once, "{text}");
                let list = arguments(text.split(' '));
                assert_eq!(arguments(list.split(ARGUMENT_END)), list, "{text}");
                count += 1;
            }
        }
    }
    assert_eq!(count, words.len().pow(3));
}

#[test]
fn what_a_script_or_an_object_gives_a_secret_is_one() {
    check(&[
        (
            r#"kubectl patch secret s -p {"stringData":{"a":"s\"}","b":"s"}} x"#,
            r#"kubectl patch secret s -p {"stringData":{<redacted>}} x"#,
        ),
        (
            r#"kubectl patch secret s --patch={"data": {"a":"s"}} x"#,
            r#"kubectl patch secret s --patch={"data": {<redacted>}} x"#,
        ),
        (
            r#"kubectl apply -f - <<E {\"kind\":\"Secret\",\"data\":{\"a\":\"s\"}} E"#,
            r#"kubectl apply -f - <<E {\"kind\":\"Secret\",\"data\":{<redacted>}} E"#,
        ),
        (
            "echo s | docker login -u x --password-stdin r",
            "echo <redacted> | docker login -u x --password-stdin r",
        ),
        (
            "sh -c \"echo -n 'a|s' | sudo -S id\"",
            "sh -c \"echo -n '<redacted>' | sudo -S id\"",
        ),
        (
            "id; echo bob:s|/usr/sbin/chpasswd",
            "id; echo <redacted>|/usr/sbin/chpasswd",
        ),
        (
            "echo s | passwd --stdin bob",
            "echo <redacted> | passwd --stdin bob",
        ),
        (
            "vault kv put -mount=a b pw=s x=s",
            "vault kv put -mount=a b pw=<redacted> x=<redacted>",
        ),
        ("chpasswd -e s", "chpasswd -e <redacted>"),
        (
            "curl -H X-Auth-Key: s u",
            "curl -H X-Auth-Key: <redacted> u",
        ),
        ("sqlcmd -S h -U sa -P s", "sqlcmd -S h -U sa -P <redacted>"),
        (
            "sh -c kubectl create secret generic a --from-literal k='s x' y",
            "sh -c kubectl create secret generic a --from-literal <redacted> y",
        ),
        (
            "Notice shell (user=root command=mysql -uroot -ps pcmdline=vault login s",
            "Notice shell (user=root command=mysql -uroot -p<redacted> pcmdline=vault login <redacted>",
        ),
        (
            "x (acmdline[2]=sshpass -p s ssh -p 22 h",
            "x (acmdline[2]=sshpass -p <redacted> ssh -p 22 h",
        ),
    ]);
}

#[test]
fn what_looks_like_that_stays() {
    for text in [
        r#"kubectl patch configmap c -p {"data":{"a":"b"}}"#,
        "echo $TOKEN | docker login --password-stdin",
        "echo a | kubectl exec --stdin p",
        "echo a; docker login --password-stdin",
        "vault kv get secret/a",
        "cat f | chpasswd -e && id",
        "mkdir -p a",
        "ssh -p 22 h",
        "docker run -p 80:80 i",
        "cp -P a b",
        "kubectl -n data get pods",
        "command=mkdir -p a pcmdline=ssh -p 22 h",
    ] {
        assert_eq!(redact_text(text), text);
    }
}

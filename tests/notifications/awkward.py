"""Mails that programs stumble over."""

AWKWARD_MAILS = [
    b"",
    b"no headers at all",
    b"Subject: =?utf-8?b?broken\r\nFrom: <<<>>>@@\r\nTo: ;;,,\r\n\r\nx",
    b"Subject: =?no-such-charset?q?caf=E9?=\r\n\r\nx",
    b"Subject: caf\xe9 \xff\xfe\r\nTo: \xff@x\r\n\r\n\xff\xfe\xfa",
    b"Content-Type: text/plain; charset=no-such-charset\r\n\r\nx",
    b'Content-Type: text/plain; charset="utf-8\x00"\r\n\r\nx',
    b"Content-Type: text/html; charset=utf-16\r\n\r\n<p>odd",
    b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>never closed",
    b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Disposition: attachment; filename*=x''%ff\r\n\r\n1\r\n--b--",
    b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx",
    b"Content-Type: ;;;\r\nMIME-Version: eleven\r\nDate: never\r\nMessage-ID: <\r\n\r\nx",
    b"Subject: " + b"long " * 180 + b"\r\n\r\n" + b"x" * 900,
    b"Subject: \xe2\x80\xaereversed\r\n\r\n\xf0\x9f\x99\x82",
]

SELECT id, name, message, signed_at AS signedAt
FROM entries
WHERE hidden = 0
ORDER BY signed_at, id
LIMIT ?1 OFFSET ?2;

--- What access_review.lua reads in Incorta.
---
--- No call lists users, groups or roles. What is seen is who owns the schemas and
--- what stands in the catalog, as far as the connection's user may see it.
local part = { title = "Incorta" }

function part.review(book)
  local known = {}
  local function grant(owner, kind, name)
    if not owner or owner == "" then return end
    local id = owner:lower()
    if not known[id] then
      known[id] = true
      book.user {
        id = id, user = owner, role = "owner", active = true, state = "unknown",
        last_sign_in = false,
      }
    end
    book.grant(id, kind, name, "owner")
  end
  for _, s in ipairs(incorta.list_schemas {}) do grant(s.owner, "schema", s.schema_name) end
  for _, x in ipairs(incorta.list_whole_catalog {}) do
    grant(x.owner, x.type and x.type:lower() or "catalog", x.path or x.name)
  end
  book.person_must("users, groups and roles",
    "no call lists them: look in the console, and at the identity provider")
end

return part

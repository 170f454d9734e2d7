-- The two routes by LuaJIT in nginx. Medusa is asked by a subrequest to /store/, which keeps its connections open.

local cjson = require "cjson"
local null, decode, encode = cjson.null, cjson.decode, cjson.encode
local capture, lower, sort, insert, concat = ngx.location.capture, string.lower, table.sort, table.insert, table.concat

local CURRENCY = "EUR"

-- This cjson writes an empty table as an object: an empty list is a text first that nothing else can be.
local EMPTY = "\0[]"

local function list(values)
    if #values == 0 then return EMPTY end
    return values
end

-- nil is left out of an object, null is not.
local function known(value)
    if value == null then return nil end
    return value
end

local function either(value, other)
    if value == nil or value == null then return other end
    return value
end

local function nonempty(value)
    if value == null or value == "" then return nil end
    return value
end

local function money(value)
    return { value = value, currency = CURRENCY }
end

-- Of UTF-8, what npm's slugify writes for the letters of the recorded products.
local LETTERS = { ["ä"] = "a", ["ö"] = "o", ["ü"] = "u", ["é"] = "e", ["ß"] = "ss" }

local function slug(text)
    if text == null then return "" end
    local plain = text
    if plain:find("[\128-\255]") then plain = plain:gsub("[\194-\244][\128-\191]+", LETTERS) end
    plain = plain:gsub("[^%w%s-]", ""):gsub("^%s+", ""):gsub("%s+$", ""):gsub("[%s-]+", "-")
    return lower(plain)
end

-- Products

local function by_rank(a, b)
    local left, right = either(a.variant_rank, math.huge), either(b.variant_rank, math.huge)
    if left ~= right then return left < right end
    return a.id < b.id
end

local function price_of(variant)
    local price = known(variant.calculated_price)
    if price and price.currency_code == lower(CURRENCY) then return price.calculated_amount end
    return 0
end

local function by_id(a, b) return a.id < b.id end
local function by_value(a, b) return a.value < b.value end
local function by_option(a, b) return a.option_id < b.option_id end

local function category_of(categories)
    categories = either(categories, {})
    sort(categories, by_id)
    for _, category in ipairs(categories) do
        if category.is_internal ~= true and category.is_active ~= false then return either(category.name, "") end
    end
    return ""
end

local function tags_of(tags)
    local shown = {}
    tags = either(tags, {})
    sort(tags, by_value)
    for i, tag in ipairs(tags) do shown[i] = { label = either(tag.value, ""), variant = "default" } end
    return list(shown)
end

local function images_of(images, title)
    local shown = {}
    for i, image in ipairs(either(images, {})) do shown[i] = { url = image.url, alt = title } end
    if #shown == 0 then return nil end
    return shown
end

local function variant_of(source, own, link)
    local options, values, titles = either(source.options, {}), {}, {}
    sort(options, by_option)
    for i, option in ipairs(options) do
        values[option.option_id] = option.value
        titles[i] = option.value
    end
    return {
        id = source.id,
        title = nonempty(concat(titles, " / ")) or nonempty(source.title) or source.id,
        slug = own,
        link = link,
        options = next(values) and values or nil,
        inStock = source.manage_inventory ~= true or source.allow_backorder == true
            or either(source.inventory_quantity, 1) > 0,
    }
end

local function product(source, first)
    local variants, title = source.variants, source.title
    local slugs, owners, shown = {}, {}, nil
    for _, variant in ipairs(variants) do
        local own = slug(variant.sku)
        slugs[variant] = own
        owners[own] = owners[own] or variant
    end
    local function slug_of(variant)
        local own = slugs[variant]
        if own == "" then return variant.id end
        if owners[own] == variant then return own end
        return own .. "-" .. lower(variant.id:sub(-6))
    end
    local base = "/" .. either(source.handle, source.id) .. "/"
    local function link_of(variant)
        if slugs[variant] == "" then return base end
        return base .. slug_of(variant)
    end
    if #variants > 1 then
        shown = {}
        for i, variant in ipairs(variants) do shown[i] = variant_of(variant, slug_of(variant), link_of(variant)) end
    end
    local thumbnail, kind = nonempty(source.thumbnail), known(source.type)
    return {
        id = source.id,
        sku = first.sku,
        name = title,
        description = either(source.description, ""),
        shortDescription = nonempty(source.subtitle),
        subtitle = nonempty(source.subtitle),
        variantId = first.id,
        image = thumbnail and { url = thumbnail, alt = title },
        images = images_of(source.images, title),
        price = money(price_of(first)),
        link = link_of(first),
        type = kind and kind.value == "VIRTUAL" and "VIRTUAL" or "PHYSICAL",
        category = category_of(source.categories),
        tags = tags_of(source.tags),
        variants = shown,
    }
end

local function product_list(answer)
    local data = {}
    for _, source in ipairs(answer.products) do
        sort(source.variants, by_rank)
        for _, variant in ipairs(source.variants) do
            if nonempty(variant.sku) then
                insert(data, product(source, variant))
                break
            end
        end
    end
    return { data = list(data), total = either(answer.count, 0) }
end

-- Carts

local function item_product(source)
    local name = either(source.product_title, either(source.title, ""))
    local thumbnail = nonempty(source.thumbnail)
    return {
        id = either(source.product_id, ""),
        sku = either(source.variant_sku, ""),
        name = name,
        description = either(source.product_description, ""),
        shortDescription = either(source.product_subtitle, ""),
        image = thumbnail and { url = thumbnail, alt = name },
        price = money(source.unit_price),
        link = "",
        type = "PHYSICAL",
        category = "",
        tags = EMPTY,
    }
end

local function cart_item(source)
    return {
        id = source.id,
        sku = either(source.variant_sku, either(source.variant_id, "")),
        quantity = source.quantity,
        price = money(source.unit_price),
        subtotal = money(source.subtotal),
        discountTotal = money(source.discount_total),
        total = money(source.total),
        unit = "PCS",
        currency = CURRENCY,
        product = item_product(source),
        metadata = either(source.metadata, {}),
    }
end

local function address(source)
    if source == nil or source == null then return nil end
    local metadata = either(source.metadata, {})
    local number = nonempty(source.address_2)
    return {
        firstName = known(source.first_name),
        lastName = known(source.last_name),
        companyName = known(source.company),
        taxId = known(metadata.taxId),
        country = either(source.country_code, ""):upper(),
        district = either(source.province, ""),
        region = either(source.province, ""),
        streetName = either(source.address_1, ""),
        streetNumber = number and nonempty(number:match("^%s*(.-)%s*$")),
        apartment = known(metadata.apartment),
        city = either(source.city, ""),
        postalCode = either(source.postal_code, ""),
        phone = known(source.phone),
    }
end

local function shipping_method(methods)
    local newest
    for _, method in ipairs(either(methods, {})) do
        if not newest or method.created_at > newest.created_at then newest = method end
    end
    return newest and {
        id = either(newest.shipping_option_id, newest.id),
        name = either(newest.name, ""),
        description = either(newest.description, ""),
        total = money(newest.total),
        subtotal = money(newest.subtotal),
    }
end

local function payment_method(noted)
    if not noted or not known(noted.id) or not known(noted.name) then return nil end
    return { id = noted.id, name = noted.name, description = known(noted.description) }
end

local PROMOTION_TYPES = { fixed = "FIXED_AMOUNT", percentage = "PERCENTAGE", free_shipping = "FREE_SHIPPING" }

local function promotions_of(promotions)
    local shown = {}
    for i, promotion in ipairs(either(promotions, {})) do
        local method = either(promotion.application_method, {})
        shown[i] = {
            id = either(promotion.id, promotion.code),
            code = promotion.code,
            name = promotion.code,
            type = PROMOTION_TYPES[method.type],
            value = tostring(method.value),
        }
    end
    if #shown == 0 then return nil end
    return shown
end

local function cart(answer)
    local source = answer.cart
    local metadata, items = either(source.metadata, {}), {}
    local guest = metadata.guestCheckout == true
    metadata.guestCheckout = nil
    for i, item in ipairs(either(source.items, {})) do items[i] = cart_item(item) end
    return {
        id = source.id,
        customerId = not guest and known(source.customer_id) or nil,
        createdAt = source.created_at,
        updatedAt = source.updated_at,
        regionId = known(source.region_id),
        currency = source.currency_code:upper(),
        items = { data = list(items), total = #items },
        subtotal = money(source.item_subtotal),
        discountTotal = money(source.discount_total),
        taxTotal = money(source.tax_total),
        shippingTotal = money(source.shipping_total),
        total = money(source.total),
        shippingAddress = address(source.shipping_address),
        billingAddress = address(source.billing_address),
        shippingMethod = shipping_method(source.shipping_methods),
        paymentMethod = payment_method(known(metadata.paymentMethod)),
        promotions = promotions_of(source.promotions),
        metadata = metadata,
        notes = known(metadata.notes),
        email = known(source.email),
        paymentSessionId = known(metadata.paymentSessionId),
    }
end

-- Answers

local function respond(answer, mapping, cache_control)
    local headers = ngx.header
    headers["Content-Type"] = "application/json; charset=utf-8"
    headers["X-Request-Id"] = ngx.var.request_id
    if answer.status ~= 200 then
        ngx.status = 502
        return ngx.print('{"message":"Bad Gateway","statusCode":502}')
    end
    local body = encode(mapping(decode(answer.body))):gsub('"\\u0000%[%]"', "[]")
    headers["X-Currency"] = CURRENCY
    headers["Cache-Control"] = cache_control
    headers["Content-Length"] = #body
    ngx.print(body)
end

-- The paths of the gateway's calls, with {id} and {limit} in place of what the request says.
return function(cart_call, products_call)
    local before_id, after_id = cart_call:match("^(.-){id}(.*)$")
    local before_limit, after_limit = products_call:match("^(.-){limit}(.*)$")
    local gateway = {}

    function gateway.cart()
        local id = ngx.var.uri:sub(#"/carts/" + 1)
        respond(capture(before_id .. id .. after_id), cart, "private, no-store")
    end

    function gateway.products()
        local limit = ngx.var.arg_limit or "50"
        ngx.header["Vary"] = "authorization, x-locale, x-currency"
        respond(capture(before_limit .. limit .. after_limit), product_list, "public, max-age=60")
    end

    return gateway
end
